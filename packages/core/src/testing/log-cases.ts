import type { Assessment } from '../assessment/assessment.js';
import type { Store } from '../store/store.js';
import { errorCodeOf } from './error-code.js';
import { rowsOf } from './rows-of.js';
import { alertOf, assessmentOf, sampleId } from './sample-assessments.js';
import type { StoreCase } from './store-suite.js';
import type { Expect } from './suite.js';

const START = Date.UTC(2026, 0, 1);

/** The log: filters, paging, statistics, purge. */
export function logCases(using: StoreCase, expect: Expect): void {
  using('the log is newest first, in whatever order rows arrived', async (store) => {
    const rows = manyAssessments(5);
    await store.append({ assessments: [rows[3], rows[0]] as Assessment[], alerts: [] });
    await store.append({ assessments: [rows[4], rows[1], rows[2]] as Assessment[], alerts: [] });
    expect((await store.logs()).items).toEqual(rows.toReversed());
  });

  using('a page has 20 rows unless it is told otherwise', async (store) => {
    await store.append({ assessments: manyAssessments(30), alerts: [] });
    expect((await store.logs()).items.length).toBe(20);
    expect((await store.logs({ limit: 7 })).items.length).toBe(7);
    expect((await store.logs({ limit: 200 })).items.length).toBe(30);
  });

  using('pages follow one another without a gap or a repeat while new rows arrive', async (store) => {
    const rows = manyAssessments(25);
    await store.append({ assessments: rows, alerts: [] });
    const read: Assessment[] = [];
    let cursor: string | null = null;
    let arrived = 0;
    do {
      const page = await store.logs(cursor === null ? { limit: 10 } : { limit: 10, cursor });
      read.push(...page.items);
      expect(page.total).toBe(rows.length + arrived);
      cursor = page.next;
      arrived += 1;
      await store.append({ assessments: [assessmentOf({ at: START + 1_000 + arrived })], alerts: [] });
    } while (cursor !== null);
    expect(read).toEqual(rows.toReversed());
  });

  using('the last page has no next, also when it is full', async (store) => {
    await store.append({ assessments: manyAssessments(10), alerts: [] });
    const first = await store.logs({ limit: 5 });
    const second = await store.logs({ limit: 5, cursor: first.next as string });
    expect(second.items.length).toBe(5);
    expect(second.next).toBe(null);
  });

  using('rows of the same millisecond are paged by their ids', async (store) => {
    const rows = [0, 1, 2].map((number) => assessmentOf({ id: sampleId(START, number), at: START }));
    await store.append({ assessments: rows, alerts: [] });
    const first = await store.logs({ limit: 2 });
    expect(first.items).toEqual([rows[2], rows[1]]);
    expect((await store.logs({ limit: 2, cursor: first.next as string })).items).toEqual([rows[0]]);
  });

  using('limits and cursors that are not valid are refused with a code', async (store) => {
    const wrong = [{ limit: 0 }, { limit: 201 }, { limit: -1 }, { limit: 1.5 }, { limit: Number.NaN }].concat(
      ['', '0', 'not a cursor', "' OR 1=1", 'A'.repeat(22).concat('='), 'A'.repeat(10_000)].map(
        (cursor) => ({ cursor }) as never,
      ),
    );
    for (const query of wrong) {
      expect(await errorCodeOf(store.logs(query))).toBe('API_SECURITY_STORE_INPUT_INVALID');
      expect(await errorCodeOf(store.alerts(query))).toBe('API_SECURITY_STORE_INPUT_INVALID');
    }
  });

  using('the log is filtered by time, level, address, client, category and path', async (store) => {
    const plain = assessmentOf({ at: START });
    const other = assessmentOf({
      at: START + 1_000,
      level: 'low',
      category: null,
      client: { key: 'account 7', address: '2001:db8::1' },
      request: { ...plain.request, path: '/Items/Größe?q=100%25' },
    });
    await store.append({ assessments: [plain, other], alerts: [] });
    const found = async (query: Parameters<Store['logs']>[0]) => (await store.logs(query)).items;
    expect(await found({ from: START + 1 })).toEqual([other]);
    expect(await found({ from: START + 1_000 })).toEqual([other]);
    expect(await found({ to: START + 1_000 })).toEqual([plain]);
    expect(await found({ from: START, to: START + 1_001 })).toEqual([other, plain]);
    expect(await found({ level: 'critical' })).toEqual([plain]);
    expect(await found({ level: 'high' })).toEqual([]);
    expect(await found({ address: '2001:db8::1' })).toEqual([other]);
    expect(await found({ clientKey: 'account 7' })).toEqual([other]);
    expect(await found({ clientKey: 'account' })).toEqual([]);
    expect(await found({ category: 'sqli' })).toEqual([plain]);
    expect(await found({ path: '/items/größe' })).toEqual([other]);
    expect(await found({ path: '100%25' })).toEqual([other]);
    expect(await found({ path: '/users_7' })).toEqual([]);
    expect(await found({ level: 'critical', path: '/ITEMS' })).toEqual([]);
  });

  using('the log is filtered by method, status and text', async (store) => {
    const plain = assessmentOf({ at: START });
    const other = assessmentOf({
      at: START + 1_000,
      request: { ...plain.request, method: 'POST', path: '/login', userAgent: 'Größenwahn/1.0 (100%_sure)' },
      evidence: [],
      response: null,
    });
    await store.append({ assessments: [plain, other], alerts: [] });
    const found = async (query: Parameters<Store['logs']>[0]) => (await store.logs(query)).items;
    expect(await found({ method: 'POST' })).toEqual([other]);
    expect(await found({ method: 'post' })).toEqual([]);
    expect(await found({ status: 200 })).toEqual([plain]);
    expect(await found({ status: 0 })).toEqual([other]);
    expect(await found({ status: 404 })).toEqual([]);
    expect(await found({ text: "name' or 1=1--" })).toEqual([plain]);
    expect(await found({ text: 'name%27' })).toEqual([plain]);
    expect(await found({ text: 'GRÖSSE' })).toEqual([]);
    expect(await found({ text: 'GRÖß' })).toEqual([other]);
    expect(await found({ text: '0%_s' })).toEqual([other]);
    expect(await found({ text: '%' })).toEqual([other, plain]);
    expect(await found({ text: '\\' })).toEqual([]);
    expect(await found({ text: '_sure', path: '/users' })).toEqual([]);
    expect(await found({ text: '' })).toEqual([other, plain]);
  });

  using('a stream gives every row that matches, newest first, from a cursor on where one is given', async (store) => {
    const rows = manyAssessments(450).map((row, i) => ({ ...row, level: i % 3 === 0 ? 'high' : row.level }) as const);
    await store.append({ assessments: rows, alerts: [] });
    expect(await rowsOf(store.stream())).toEqual(rows.toReversed());
    const high = rows.filter(({ level }) => level === 'high').toReversed();
    expect(await rowsOf(store.stream({ level: 'high' }))).toEqual(high);
    const page = await store.logs({ level: 'high', limit: 10 });
    expect(await rowsOf(store.stream({ level: 'high', cursor: page.next as string }))).toEqual(high.slice(10));
    expect(await errorCodeOf(rowsOf(store.stream({ cursor: 'not a cursor' })))).toBe(
      'API_SECURITY_STORE_INPUT_INVALID',
    );
  });

  using('a stream can be left early, and the store goes on', async (store) => {
    const rows = manyAssessments(450);
    await store.append({ assessments: rows, alerts: [] });
    for (let i = 0; i < 12; i++) {
      for await (const row of store.stream()) {
        expect(row).toEqual(rows.at(-1));
        break;
      }
    }
    expect((await store.logs({ limit: 1 })).items).toEqual([rows.at(-1)]);
  });

  using("a tenant's queries see that tenant's rows only", async (store) => {
    const rows = [null, 'a', 'b'].map((tenant, i) => assessmentOf({ at: START + i, tenant }));
    await store.append({ assessments: rows, alerts: [] });
    expect((await store.logs()).total).toBe(3);
    expect((await store.logs({ tenant: 'a' })).items).toEqual([rows[1]]);
    expect((await store.logs({ tenant: null })).items).toEqual([rows[0]]);
    expect((await store.logs({ tenant: 'A' })).items).toEqual([]);
    expect((await store.statistics({ tenant: 'b' })).requests).toBe(1);
  });

  using('statistics sum up a span of time', async (store) => {
    const quiet = { level: 'low', category: null, score: 0.125 } as const;
    await store.append({
      assessments: [
        assessmentOf({ at: START, ...quiet }),
        assessmentOf({ at: START + 1, ...quiet }),
        assessmentOf({ at: START + 2, level: 'medium', score: 0.5 }),
        assessmentOf({ at: START + 3, level: 'high', score: 0.75, category: 'xss' }),
        assessmentOf({ at: START + 4, score: 1, decision: { action: 'deny', reason: 'level' } }),
        assessmentOf({ at: START + 5 }),
      ],
      alerts: [],
    });
    expect(await store.statistics({ from: START, to: START + 5 })).toEqual({
      requests: 5,
      threats: 3,
      rejected: 1,
      meanScore: 0.5,
      levels: { low: 2, medium: 1, high: 1, critical: 1 },
      categories: { sqli: 2, xss: 1 },
    });
  });

  using('statistics and hours follow a row that is replaced', async (store) => {
    await store.append({ assessments: [assessmentOf({ at: START, score: 1 })], alerts: [] });
    const calmer = assessmentOf({ at: START, level: 'low', category: null, score: 0.25 });
    await store.append({ assessments: [calmer, assessmentOf({ at: START + 1, score: 0.75 })], alerts: [] });
    const sums = {
      requests: 2,
      threats: 1,
      rejected: 0,
      meanScore: 0.5,
      levels: { low: 1, medium: 0, high: 0, critical: 1 },
      categories: { sqli: 1 },
    };
    expect(await store.statistics()).toEqual(sums);
    expect(await store.hourly()).toEqual([{ at: START, ...sums }]);
  });

  using('hours are told apart, oldest first, for a tenant or for all', async (store) => {
    const HOUR = 3_600_000;
    const ats = [0, HOUR - 1, HOUR, 5 * HOUR + 7, 5 * HOUR + 8];
    const rows = ats.map((at, i) => assessmentOf({ at: START + at, tenant: i === 4 ? 'a' : null }));
    await store.append({ assessments: rows, alerts: [] });
    const hours = async (query?: Parameters<Store['hourly']>[0]) =>
      (await store.hourly(query)).map(({ at, requests }) => [(at - START) / HOUR, requests]);
    expect(await hours()).toEqual([
      [0, 2],
      [1, 1],
      [5, 2],
    ]);
    expect(await hours({ tenant: 'a' })).toEqual([[5, 1]]);
    expect(await hours({ tenant: null })).toEqual([
      [0, 2],
      [1, 1],
      [5, 1],
    ]);
    // Rounded outwards.
    expect(await hours({ from: START + HOUR + 5, to: START + 5 * HOUR + 1 })).toEqual([
      [1, 1],
      [5, 2],
    ]);
    expect(await hours({ from: START + 2 * HOUR, to: START + 5 * HOUR })).toEqual([]);
  });

  using('statistics of a span that cuts hours count to the millisecond', async (store) => {
    const HOUR = 3_600_000;
    const ats = [HOUR / 2 - 1, HOUR / 2, HOUR, 2 * HOUR - 1, 2 * HOUR, 3 * HOUR + 1, 3 * HOUR + 2];
    await store.append({ assessments: ats.map((at) => assessmentOf({ at: START + at })), alerts: [] });
    const requests = async (from: number, to: number) =>
      (await store.statistics({ from: START + from, to: START + to })).requests;
    expect(await requests(HOUR / 2, 3 * HOUR + 2)).toBe(5);
    expect(await requests(HOUR, 2 * HOUR)).toBe(2);
    expect(await requests(HOUR + 1, 2 * HOUR - 1)).toBe(0);
    expect(await requests(0, HOUR / 2)).toBe(1);
    expect(await requests(2 * HOUR, 2 * HOUR)).toBe(0);
  });

  using('purge deletes what is older, of every client', async (store) => {
    const rows = manyAssessments(4);
    const alerts = rows.map((assessment) => alertOf({ assessment }));
    await store.append({ assessments: rows, alerts });
    expect(await store.purge({ before: START + 2 })).toBe(4);
    expect((await store.logs()).items).toEqual([rows[3], rows[2]]);
    expect((await store.alerts()).items).toEqual([alerts[3], alerts[2]]);
    expect(await store.purge({ before: START + 2 })).toBe(0);
  });

  using('purge keeps an alert that has grown since', async (store) => {
    await store.append({ assessments: [], alerts: [alertOf({ firstAt: START, lastAt: START + 10 })] });
    expect(await store.purge({ before: START + 10 })).toBe(0);
    expect(await store.purge({ before: START + 11 })).toBe(1);
  });

  using('purge deletes all of one client, in one tenant where one is named', async (store) => {
    const mine = { client: { key: 'mine', address: '192.0.2.1' } };
    const rows = [
      assessmentOf({ at: START, ...mine, tenant: 'a' }),
      assessmentOf({ at: START + 1, ...mine, tenant: 'b' }),
      assessmentOf({ at: START + 2, tenant: 'a' }),
    ];
    await store.append({ assessments: rows, alerts: rows.map((assessment) => alertOf({ assessment })) });
    expect(await store.purge({ clientKey: 'mine', tenant: 'a' })).toBe(2);
    expect((await store.logs()).items).toEqual([rows[2], rows[1]]);
    expect(await store.purge({ clientKey: 'mine', before: START + 1 })).toBe(0);
    expect(await store.purge({ clientKey: 'mine' })).toBe(2);
    expect((await store.logs()).items).toEqual([rows[2]]);
  });

  using('a purge that names neither time nor client is refused and deletes nothing', async (store) => {
    await store.append({ assessments: manyAssessments(2), alerts: [] });
    expect(await errorCodeOf(store.purge({}))).toBe('API_SECURITY_STORE_INPUT_INVALID');
    expect(await errorCodeOf(store.purge({ tenant: null }))).toBe('API_SECURITY_STORE_INPUT_INVALID');
    expect((await store.logs()).total).toBe(2);
  });
}

function manyAssessments(count: number): Assessment[] {
  return Array.from({ length: count }, (_, i) => assessmentOf({ at: START + i }));
}
