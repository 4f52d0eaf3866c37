import type { MaybePromise } from '../maybe-promise.js';
import type { Store } from '../store/store.js';
import { alertCases } from './alert-cases.js';
import { auditCases } from './audit-cases.js';
import { errorCodeOf } from './error-code.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { logCases } from './log-cases.js';
import { rowsOf } from './rows-of.js';
import { alertOf, assessmentOf, auditOf } from './sample-assessments.js';
import { scoreCases } from './score-cases.js';
import { settingsCases } from './settings-cases.js';
import type { Expect, Test } from './suite.js';

/** How stores differ. */
export interface StoreSuiteOptions {
  /** A store whose server cannot be reached; without it the store is taken to have none. */
  readonly down?: () => MaybePromise<Store>;
}

/** One test of a group: a sentence, and what it does with an empty store. */
export type StoreCase = (name: string, run: (store: Store) => Promise<void>) => void;

/** Longer than any call may take when the server is away, in ms. */
const HANG_MS = 10_000;

/**
 * What every store does. Give it the runner's `test` and `expect`, and a factory of empty stores.
 *
 * @param factory - a store without any row that keeps at least 1,000 of each kind; closed by the suite
 */
export function storeSuite(
  test: Test,
  expect: Expect,
  factory: () => MaybePromise<Store>,
  options: StoreSuiteOptions = {},
): void {
  const using: StoreCase = (name, run) =>
    test(name, async () => {
      const store = await factory();
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });

  using('an empty store answers with nothing', async (store) => {
    const nothing = { items: [], total: 0, isTotalExact: true, next: null };
    expect(await store.logs()).toEqual(nothing);
    expect(await store.alerts()).toEqual(nothing);
    expect(await store.audits()).toEqual(nothing);
    expect(await store.settings()).toBe(null);
    expect(await store.acknowledge(alertOf().id, { at: 1, by: 'ada', note: '' })).toBe(null);
    expect((await store.statistics()).requests).toBe(0);
    expect((await store.statistics()).meanScore).toBe(0);
    expect(await store.hourly()).toEqual([]);
    expect(await store.scores()).toEqual([]);
    expect(await rowsOf(store.stream())).toEqual([]);
  });

  using('an assessment and an alert come back exactly as they were', async (store) => {
    const assessment = assessmentOf();
    const alert = alertOf({ assessment, count: 3, lastAt: assessment.at + 5 });
    await store.append({ assessments: [assessment], alerts: [alert] });
    expect((await store.logs()).items).toEqual([assessment]);
    expect((await store.alerts()).items).toEqual([alert]);
  });

  using('an assessment with nothing in it comes back exactly as it was', async (store) => {
    const assessment = assessmentOf({
      subject: 'connection',
      request: { method: '', route: '', path: '', headers: [], userAgent: '' },
      score: 0,
      level: 'low',
      scores: { cnn: null, content: null, flow: null, bilstm: null },
      category: null,
      categories: [],
      evidence: [],
      features: [],
      signals: [],
      unusual: [],
      recommendation: '',
      decision: { action: 'allow', reason: 'failed-open' },
      degraded: ['content', 'sequence'],
      response: null,
    });
    await store.append({ assessments: [assessment], alerts: [] });
    expect((await store.logs()).items).toEqual([assessment]);
  });

  using("an attacker's text comes back exactly as it was, wherever it stands", async (store) => {
    const assessments = HOSTILE_TEXTS.map((text, i) => {
      const plain = assessmentOf({ at: Date.UTC(2026, 0, 1) + i });
      return {
        ...plain,
        tenant: text,
        client: { key: text, address: text },
        request: { method: text, route: text, path: text, headers: [[text, text]] as const, userAgent: text },
        evidence: plain.evidence.map((evidence) => ({ ...evidence, place: text, excerpt: text, decoded: text })),
      };
    });
    const alerts = assessments.map((assessment) => alertOf({ assessment }));
    await store.append({ assessments, alerts });
    expect((await store.logs()).items).toEqual(assessments.toReversed());
    expect((await store.alerts()).items).toEqual(alerts.toReversed());
    for (const [i, clientKey] of HOSTILE_TEXTS.entries()) {
      expect((await store.logs({ clientKey, tenant: clientKey })).items).toEqual([assessments[i]]);
    }
  });

  using('a batch that is sent again is stored once', async (store) => {
    const batch = { assessments: [assessmentOf()], alerts: [alertOf()] };
    await store.append(batch);
    await store.append(batch);
    expect((await store.logs()).total).toBe(1);
    expect((await store.alerts()).total).toBe(1);
    expect((await store.statistics()).requests).toBe(1);
  });

  using('batches that arrive together are all stored', async (store) => {
    const batches = Array.from({ length: 20 }, (_, i) => {
      const assessment = assessmentOf({ at: Date.UTC(2026, 0, 1) + i });
      return { assessments: [assessment], alerts: [alertOf({ assessment })] };
    });
    await Promise.all(batches.map((batch) => store.append(batch)));
    expect((await store.logs()).total).toBe(20);
    expect((await store.alerts()).total).toBe(20);
  });

  logCases(using, expect);
  scoreCases(using, expect);
  alertCases(using, expect);
  auditCases(using, expect);
  settingsCases(using, expect);

  test('a store can be closed twice, and refuses to be used after that', async () => {
    const store = await factory();
    await store.close();
    await store.close();
    for (const call of everyCall(store)) expect(await errorCodeOf(call())).toBe('API_SECURITY_CLOSED');
  });

  const { down } = options;
  if (down === undefined) return;
  test('a server that cannot be reached makes every call reject, and none hang', async () => {
    const store = await down();
    for (const call of everyCall(store)) expect(await outcomeOf(call())).toBe('rejected');
    await store.close();
  });
}

function everyCall(store: Store): (() => Promise<unknown>)[] {
  return [
    () => store.append({ assessments: [assessmentOf()], alerts: [alertOf()] }),
    () => store.logs(),
    () => store.alerts(),
    () => store.acknowledge(alertOf().id, { at: 1, by: 'ada', note: '' }),
    () => rowsOf(store.stream()),
    () => store.statistics(),
    () => store.hourly(),
    () => store.scores(),
    () => store.purge({ before: 1 }),
    () => store.audit(auditOf()),
    () => store.audits(),
    () => store.settings(),
    () => store.saveSettings({ version: 1, at: 1, by: 'ada', body: {} }),
  ];
}

async function outcomeOf(promise: Promise<unknown>): Promise<'resolved' | 'rejected' | 'hangs'> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(resolve, HANG_MS, 'hangs');
  });
  const settled = promise.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  );
  const outcome = await Promise.race([settled, hang]);
  clearTimeout(timer);
  return outcome;
}
