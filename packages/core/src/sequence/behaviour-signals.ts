import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import type { ObservedResponse } from '../observation/observation.js';
import { methodClass } from './method-class.js';
import type { RouteShape } from './route-shape.js';
import { SIGNAL_COUNT, type Step } from './step.js';

/** Name, unit, range and meaning of one behaviour signal. */
export interface Signal {
  readonly name: string;
  readonly unit: string;
  /** Smallest and largest value, both inclusive; values are clamped to it. */
  readonly range: readonly [min: number, max: number];
  readonly description: string;
}

/** Longest gap and response time told apart: the time after which a client's sequence is forgotten by default. */
const MAX_MS = 30 * 60_000;
/** Time in which a walk over identifiers counts half, in ms: as long as a person stays on a page, and far above a script's gaps. */
const IDS_HALF_LIFE_MS = 60_000;
/** Time constant of the request rate, in ms: long enough to smooth a page's burst of requests, short enough to see a flood within 16 steps. */
const RATE_TAU_MS = 10_000;
/** Content scores below it enter a sequence as 0: the default threshold of MEDIUM. */
const QUIET_CONTENT_SCORE = 0.4;
/** Weight of the newest step in the error ratio: half the mean is younger than about five steps. */
const ERROR_WEIGHT = 1 / 8;

/** The 12 behaviour signals, in schema order. Part of the sequence schema. */
export const SIGNALS: readonly Signal[] = [
  {
    name: 'contentScore',
    unit: 'probability',
    range: [0, 1],
    description: 'Content score; 0 when nothing stood out (below 0.4) or nothing was scored.',
  },
  {
    name: 'statusClass',
    unit: 'class',
    range: [0, 5],
    description: 'First digit of the status; 0 when there is none yet.',
  },
  { name: 'authFailed', unit: 'flag', range: [0, 1], description: 'The answer was 401 or 403.' },
  {
    name: 'routeNovelty',
    unit: 'share',
    range: [0, 1],
    description: 'Share of recent steps on other routes; 0 on the last one.',
  },
  {
    name: 'distinctIds',
    unit: 'count',
    range: [0, 1e6],
    description: 'Distinct identifiers walked on this route, decaying.',
  },
  { name: 'methodClass', unit: 'class', range: [0, 3], description: '0 reads, 1 writes, 2 deletes, 3 anything else.' },
  {
    name: 'gapMs',
    unit: 'ms',
    range: [0, MAX_MS],
    description: "Time since the client's previous request; 0 for the first.",
  },
  { name: 'responseBytes', unit: 'bytes', range: [0, 2 ** 40], description: 'Size of the response; 0 before it.' },
  {
    name: 'responseMs',
    unit: 'ms',
    range: [0, MAX_MS],
    description: 'Time from arrival to the end of the response; 0 before it.',
  },
  { name: 'loginRoute', unit: 'flag', range: [0, 1], description: 'A write to a route that logs in.' },
  {
    name: 'errorRatio',
    unit: 'ratio',
    range: [0, 1],
    description: 'Exponential mean of answers with a status of 400 or above.',
  },
  { name: 'requestRate', unit: '1/s', range: [0, 1e5], description: 'Requests a second, decaying over 10 s.' },
];

/** Signals that only a response brings: 0 at the decision, where that says nothing. */
export const RESPONSE_SIGNALS: ReadonlySet<string> = new Set([
  'statusClass',
  'authFailed',
  'responseBytes',
  'responseMs',
]);

const STATUS_CLASS = indexOf('statusClass');
const AUTH_FAILED = indexOf('authFailed');
const DISTINCT_IDS = indexOf('distinctIds');
const RESPONSE_BYTES = indexOf('responseBytes');
const RESPONSE_MS = indexOf('responseMs');
const ERROR_RATIO = indexOf('errorRatio');
const REQUEST_RATE = indexOf('requestRate');

/** What the signals need to know of a request. */
export interface SignalRequest {
  /** Arrival, wall time in ms since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly shape: RouteShape;
  /** Content score in [0, 1]; null when nothing was scored. */
  readonly contentScore: number | null;
}

/**
 * The signals while a request waits for its decision: status, size and time of the response are 0, and the error ratio is
 * what the steps before have left.
 *
 * Pure: the same steps and request give the same numbers in any process.
 *
 * @param recent - the client's steps so far, oldest first
 * @returns `[12]` finite values, each in its range
 */
export function signalsAtDecision(recent: readonly Step[], request: SignalRequest): Float32Array {
  const previous = recent.at(-1);
  const gapMs = previous === undefined ? 0 : gapSince(previous, request);
  return clamped([
    loudScore(request.contentScore ?? 0),
    0,
    0,
    routeNovelty(recent, request.shape),
    distinctIds(recent, request),
    methodClass(request.method),
    gapMs,
    0,
    0,
    request.shape.isLogin ? 1 : 0,
    carried(previous, ERROR_RATIO),
    carried(previous, REQUEST_RATE) * Math.exp(-gapMs / RATE_TAU_MS) + 1000 / RATE_TAU_MS,
  ]);
}

/**
 * The signals of the finished step. `recent` is read anew and everything is worked out again from it: requests of the same
 * client that ended meanwhile are steps now, and a burst sent in parallel would otherwise look like many first requests.
 *
 * @param recent - the steps that this one follows in the sequence, oldest first
 * @param response - a status of 0 (the client went away) leaves the error ratio as it was
 * @returns `[12]` as {@link signalsAtDecision}
 */
export function signalsAtCompletion(
  recent: readonly Step[],
  request: SignalRequest,
  response: ObservedResponse,
): Float32Array {
  const signals = signalsAtDecision(recent, request);
  const { status } = response;
  signals[STATUS_CLASS] = Math.trunc(status / 100);
  signals[AUTH_FAILED] = status === 401 || status === 403 ? 1 : 0;
  signals[RESPONSE_BYTES] = response.bytes;
  signals[RESPONSE_MS] = response.durationMs;
  if (status > 0) {
    const before = signals[ERROR_RATIO] as number;
    signals[ERROR_RATIO] = before + ((status >= 400 ? 1 : 0) - before) * ERROR_WEIGHT;
  }
  return clamped(signals);
}

/** What does not stand out is no evidence: a client stays quiet however the content tower is calibrated below that. */
function loudScore(score: number): number {
  return score < QUIET_CONTENT_SCORE ? 0 : score;
}

function routeNovelty(recent: readonly Step[], { route }: RouteShape): number {
  if (recent.at(-1)?.route === route) return 0;
  if (recent.length === 0) return 1;
  let same = 0;
  for (const step of recent) if (step.route === route) same += 1;
  return 1 - same / recent.length;
}

function distinctIds(recent: readonly Step[], request: SignalRequest): number {
  const { route, ids } = request.shape;
  let previous: Step | undefined;
  let isNew = ids !== 0;
  for (const step of recent) {
    if (step.route !== route) continue;
    previous = step;
    if (step.ids === ids) isNew = false;
  }
  const decay = previous === undefined ? 0 : 2 ** (-gapSince(previous, request) / IDS_HALF_LIFE_MS);
  return carried(previous, DISTINCT_IDS) * decay + (isNew ? 1 : 0);
}

/** Wall clocks jump and differ between instances: a step from the future is no gap. */
function gapSince(step: Step, request: SignalRequest): number {
  return clamp(request.at - step.at, 0, MAX_MS);
}

/** A signal that an earlier step has left, put back into its range in case a shared store holds something else. */
function carried(step: Step | undefined, signal: number): number {
  if (step === undefined) return 0;
  return clamp(step.values[FLOW_FEATURE_COUNT + signal] ?? 0, ...rangeOf(signal));
}

function clamped(signals: ArrayLike<number>): Float32Array {
  const values = new Float32Array(SIGNAL_COUNT);
  for (let i = 0; i < SIGNAL_COUNT; i++) values[i] = clamp(signals[i] as number, ...rangeOf(i));
  return values;
}

/** NaN becomes the minimum. */
function clamp(value: number, min: number, max: number): number {
  return value > min ? Math.min(value, max) : min;
}

function rangeOf(signal: number): readonly [number, number] {
  return (SIGNALS[signal] as Signal).range;
}

function indexOf(name: string): number {
  return SIGNALS.findIndex((signal) => signal.name === name);
}
