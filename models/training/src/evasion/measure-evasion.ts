import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiSecurity, createApiSecurity, type DescribedRequest, silentLogger } from '@api-security/core';
import { seededRandom } from '../random.js';
import { type BasePayload, balancedDraw, readBasePayloads } from './base-payloads.js';
import { evasionReport } from './evasion-report.js';
import { lookAlikes } from './look-alikes.js';
import { PADDING_SIDES, PADDING_SIZES, padded, survivesPadding } from './padding.js';
import { reaches as arrivesAt, PLACEMENTS, type Placement, placed } from './placements.js';
import { type RateRow, RateTable } from './rate-table.js';
import { TRANSFORMS } from './transforms.js';

/** What a measurement needs. */
export interface EvasionOptions {
  /** Directory of `*.jsonl.gz`; only its test split is read. */
  readonly data: string;
  /** Where `evasion-<version>.md` and `.json` go. */
  readonly reports: string;
  /** Directory of the models. @defaultValue the bundled ones */
  readonly models?: string;
  /** @defaultValue 150 */
  readonly payloads?: number;
  /** @defaultValue 'evasion' */
  readonly seed?: string;
}

/** Detections at HIGH, in tables of rates with 95 % Wilson intervals. */
export interface EvasionResult {
  readonly version: string;
  readonly payloads: number;
  readonly requests: number;
  readonly seconds: number;
  /** Every rewritten attack; and those whose original is detected at the same placement. */
  readonly overall: RateRow;
  readonly overallOfDetected: RateRow;
  readonly originals: readonly RateRow[];
  readonly transforms: readonly RateRow[];
  readonly transformsOfDetected: readonly RateRow[];
  readonly placements: readonly RateRow[];
  readonly placementsOfDetected: readonly RateRow[];
  readonly categories: readonly RateRow[];
  readonly padding: readonly RateRow[];
  readonly paddingOfDetected: readonly RateRow[];
  /** Share of look-alikes flagged, by kind, the last row for all. */
  readonly lookAlikes: readonly RateRow[];
  readonly flaggedLookAlikes: readonly {
    readonly kind: string;
    readonly placement: string;
    readonly text: string;
    readonly score: number;
  }[];
  readonly missed: readonly {
    readonly transform: string;
    readonly placement: string;
    readonly category: string;
    readonly text: string;
  }[];
}

/** Generous, so that a slow machine does not cut what a server would inspect. */
const BUDGET_MS = 10_000;
const BATCH = 64;
const LISTED = 60;
/** Placements in which look-alikes are ordinary. */
const ORDINARY_PLACEMENTS: readonly Placement[] = ['query', 'json', 'form'];
/** Padding goes where long text is ordinary. */
const LONG_PLACEMENTS: readonly Placement[] = ['json', 'form', 'nested json', 'multipart field', 'xml text'];

interface Trial {
  readonly payload: BasePayload;
  readonly placement: Placement;
  /** Name of the transform or of the padding; null for the original. */
  readonly rewritten: string | null;
  readonly isPadding: boolean;
  readonly request: DescribedRequest;
}

/**
 * Detection of the test split's attacks, as they are and rewritten, by the whole product at its shipped thresholds; and what
 * it makes of harmless look-alikes. Writes `evasion-<version>.md` and `.json`.
 */
export async function measureEvasion(options: EvasionOptions): Promise<EvasionResult> {
  const started = performance.now();
  const seed = options.seed ?? 'evasion';
  const payloads = balancedDraw(
    await readBasePayloads(options.data),
    options.payloads ?? 150,
    seededRandom(`${seed} draw`),
  );
  const security = createApiSecurity({
    mode: 'monitor',
    logger: silentLogger,
    limits: { timeMs: BUDGET_MS },
    ...(options.models !== undefined && { models: options.models }),
  });
  try {
    await security.ready();
    const trials = payloads.flatMap((payload, i) => trialsOf(payload, `${seed} ${i}`));
    const scores = await scoresOf(
      security,
      trials.map(({ request }) => request),
    );
    const high = security.options.thresholds.high;
    const harmless = await measureLookAlikes(security, seed, high);
    const version = security.models.find(({ manifest }) => manifest.role === 'content')?.manifest.version ?? 'unknown';
    const result: EvasionResult = {
      version,
      payloads: payloads.length,
      requests: trials.length,
      ...tabled(trials, scores, high),
      ...harmless,
      seconds: Math.round((performance.now() - started) / 1000),
    };
    mkdirSync(options.reports, { recursive: true });
    writeFileSync(join(options.reports, `evasion-${version}.json`), `${JSON.stringify(result, null, 2)}\n`);
    writeFileSync(join(options.reports, `evasion-${version}.md`), evasionReport(result));
    return result;
  } finally {
    await security.close();
  }
}

/** The original at each placement, each transform at two of its placements, each padding at one. */
function trialsOf(payload: BasePayload, seed: string): Trial[] {
  const { category, text } = payload;
  const random = seededRandom(seed);
  const open = PLACEMENTS.filter((placement) => arrivesAt(category, placement, text));
  const trials: Trial[] = open.map((placement) => ({
    payload,
    placement,
    rewritten: null,
    isPadding: false,
    request: placed(text, placement),
  }));
  for (const { name, categories, placements, onWire, rewrite } of TRANSFORMS) {
    if (categories !== null && !categories.includes(category)) continue;
    const fitting = open.filter((placement) => placements === null || placements.includes(placement));
    for (const placement of shuffledHead(fitting, 2, random.below)) {
      const rewritten = rewrite(text, random);
      if (rewritten === null || (onWire !== true && !arrivesAt(category, placement, rewritten))) continue;
      trials.push({
        payload,
        placement,
        rewritten: name,
        isPadding: false,
        request: placed(rewritten, placement, onWire),
      });
    }
  }
  const long = open.filter((placement) => LONG_PLACEMENTS.includes(placement));
  for (const size of long.length > 0 && survivesPadding(category, text) ? PADDING_SIZES : []) {
    for (const side of PADDING_SIDES) {
      const placement = random.pick(long);
      const request = placed(padded(text, size, side, random), placement);
      trials.push({ payload, placement, rewritten: `${size / 1024} kB ${side}`, isPadding: true, request });
    }
  }
  return trials;
}

function shuffledHead<T>(items: readonly T[], count: number, below: (bound: number) => number): T[] {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)).flat();
}

async function scoresOf(security: ApiSecurity, requests: readonly DescribedRequest[]): Promise<number[]> {
  const scores: number[] = [];
  for (let at = 0; at < requests.length; at += BATCH) {
    for (const { score, scores: members } of await security.analyzeBatch(requests.slice(at, at + BATCH))) {
      // A model that silently never runs would look like perfect evasion.
      if (members.content === null) throw new Error('The content tower did not score a request.');
      scores.push(score);
    }
  }
  return scores;
}

type Tables = Omit<EvasionResult, 'version' | 'payloads' | 'requests' | 'seconds' | 'lookAlikes' | 'flaggedLookAlikes'>;

function tabled(trials: readonly Trial[], scores: readonly number[], high: number): Tables {
  const key = ({ payload, placement }: Trial): string => `${placement} ${payload.text}`;
  const detectedOriginals = new Set(
    trials.filter(({ rewritten }, i) => rewritten === null && (scores[i] ?? 0) >= high).map(key),
  );
  const tables = {
    originals: new RateTable(),
    transforms: new RateTable(),
    transformsOfDetected: new RateTable(),
    placements: new RateTable(),
    placementsOfDetected: new RateTable(),
    categories: new RateTable(),
    padding: new RateTable(),
    paddingOfDetected: new RateTable(),
  };
  const missed: EvasionResult['missed'][number][] = [];
  for (const [i, trial] of trials.entries()) {
    const { payload, placement, rewritten, isPadding } = trial;
    const detected = (scores[i] ?? 0) >= high;
    const wasDetected = detectedOriginals.has(key(trial));
    if (rewritten === null) {
      tables.originals.add(placement, detected);
    } else if (isPadding) {
      tables.padding.add(rewritten, detected);
      if (wasDetected) tables.paddingOfDetected.add(rewritten, detected);
    } else {
      tables.transforms.add(rewritten, detected);
      tables.placements.add(placement, detected);
      tables.categories.add(payload.category, detected);
      if (wasDetected) {
        tables.transformsOfDetected.add(rewritten, detected);
        tables.placementsOfDetected.add(placement, detected);
      }
    }
    if (rewritten !== null && !detected && wasDetected && missed.length < LISTED) {
      missed.push({ transform: rewritten, placement, category: payload.category, text: payload.text.slice(0, 120) });
    }
  }
  const rows = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.rows()])) as Record<
    keyof typeof tables,
    RateRow[]
  >;
  return {
    ...rows,
    overall: tables.transforms.total('all transforms'),
    overallOfDetected: tables.transformsOfDetected.total('all transforms'),
    missed,
  };
}

async function measureLookAlikes(
  security: ApiSecurity,
  seed: string,
  high: number,
): Promise<Pick<EvasionResult, 'lookAlikes' | 'flaggedLookAlikes'>> {
  const random = seededRandom(`${seed} look-alikes`);
  const items = lookAlikes(seed).map((item) => ({ ...item, placement: random.pick(ORDINARY_PLACEMENTS) }));
  const scores = await scoresOf(
    security,
    items.map(({ text, placement }) => placed(text, placement)),
  );
  const table = new RateTable();
  for (const [i, { kind }] of items.entries()) table.add(kind, (scores[i] ?? 0) >= high);
  return {
    lookAlikes: [...table.rows(), table.total('all look-alikes')],
    flaggedLookAlikes: items
      .map(({ kind, placement, text }, i) => ({ kind, placement, text, score: scores[i] ?? 0 }))
      .filter(({ score }) => score >= high),
  };
}
