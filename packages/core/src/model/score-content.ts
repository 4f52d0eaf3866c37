import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { contentKey, type DecodedValue } from '../content/content-value.js';
import type { ContentLimits } from '../content/limits.js';
import { type Windows, windowsOf } from '../content/windows.js';
import { type MaybePromise, whenKnown } from '../maybe-promise.js';
import { type ContentModel, QUIET_SCORE } from './content-model.js';
import type { WindowScore } from './scores.js';

/** What the content tower said of a value's most suspicious window. */
export interface Verdict {
  /** Calibrated probability, in [0, 1]. */
  readonly score: number;
  /** Probability of each category, in the order of `CONTENT_CATEGORIES`; zeros below {@link QUIET_SCORE}. */
  readonly categories: Float32Array;
  /**
   * UTF-8 bytes of the decoded value that moved the score most: from inclusive, to exclusive. Equal where no byte of the text
   * did: the name alone spoke, or the score is too low to be explained.
   */
  readonly fromByte: number;
  readonly toByte: number;
}

/** A value with its verdict. */
export interface ValueScore extends Verdict {
  readonly value: DecodedValue;
}

/** Longest decoded value whose verdict is remembered, in characters: covers header values and ordinary parameters. */
const REMEMBERED_CHARS = 512;
/** Verdicts remembered: about 4 MB at the worst. */
const REMEMBERED_VERDICTS = 5_000;
/** Decoded values up to this length go through the model apart from longer ones, in characters. */
const SHORT_CHARS = 64;
/** Windows that go through the model at once; between two batches the time budget is looked at. */
const BATCH_WINDOWS = 16;
/** Time after which others get their turn of the event loop, in ms; a batch that was begun is ended. */
const SLICE_MS = 2;
/** What was scored of a request, and what was not. */
export interface ScoredContent {
  /** Every value that triage did not let pass, most suspicious first. */
  readonly scores: readonly ValueScore[];
  /** `windows` when there were more than the limit, `time` when the budget ran out before the last batch. */
  readonly truncated: ReadonlySet<string>;
}

/** Scores a request's values: triage, then what was seen before, then batches through the content tower. */
export class ContentScorer {
  readonly #verdicts = new LRUCache<string, Verdict>({ max: REMEMBERED_VERDICTS });
  readonly #model: ContentModel;
  readonly #limits: Pick<ContentLimits, 'windows'>;
  readonly #clock: Clock;

  constructor(model: ContentModel, limits: Pick<ContentLimits, 'windows'>, clock: Clock) {
    this.#model = model;
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * Scores what it can within the time; the first batch always runs. At once where the model is; throws or rejects when it does.
   *
   * @param outOfTime - asked between two batches
   */
  score(values: readonly DecodedValue[], outOfTime: () => boolean): MaybePromise<ScoredContent> {
    const known: ValueScore[] = [];
    const short: DecodedValue[] = [];
    const long: DecodedValue[] = [];
    for (const value of values) {
      if (value.plain) continue;
      const verdict = isRemembered(value) ? this.#verdicts.get(keyOf(value)) : undefined;
      if (verdict !== undefined) known.push(withVerdict(value, verdict));
      // Apart, because every window of a batch is padded to the longest one.
      else (value.decoded.length <= SHORT_CHARS ? short : long).push(value);
    }
    const truncated = new Set<string>();
    return whenKnown(this.#scoreGroup(short, truncated, outOfTime), (ofShort) =>
      whenKnown(this.#scoreGroup(long, truncated, outOfTime), (ofLong) => {
        const scores = [...known, ...ofShort, ...ofLong].sort((a, b) => b.score - a.score);
        return { scores, truncated };
      }),
    );
  }

  #scoreGroup(
    values: readonly DecodedValue[],
    truncated: Set<string>,
    outOfTime: () => boolean,
  ): MaybePromise<readonly ValueScore[]> {
    if (values.length === 0) return NONE;
    const windows = windowsOf(values, this.#limits);
    if (windows.truncated) truncated.add('windows');
    return whenKnown(this.#scoreBatches(windows, [], truncated, outOfTime), (windowScores) => {
      const whole = windowScores.length === windows.count && !windows.truncated;
      return this.#verdictsOf(windows, windowScores).map(([owner, verdict]) => {
        const value = values[owner] as DecodedValue;
        // The verdict of a value that was not seen whole does not hold the next time.
        if (whole && isRemembered(value)) this.#verdicts.set(keyOf(value), verdict);
        return withVerdict(value, verdict);
      });
    });
  }

  /** The windows that have no score yet, in batches; of a long body a slice of time in each turn of the event loop. */
  #scoreBatches(
    windows: Windows,
    scores: WindowScore[],
    truncated: Set<string>,
    outOfTime: () => boolean,
  ): MaybePromise<readonly WindowScore[]> {
    const sliceEndMs = this.#clock.monotonicMs() + SLICE_MS;
    while (scores.length < windows.count) {
      const start = scores.length;
      if (start > 0) {
        if (outOfTime()) {
          truncated.add('time');
          break;
        }
        if (this.#clock.monotonicMs() >= sliceEndMs)
          return nextTurn().then(() => this.#scoreBatches(windows, scores, truncated, outOfTime));
      }
      const batch = this.#model.score(slice(windows, start, Math.min(start + BATCH_WINDOWS, windows.count)));
      if (batch instanceof Promise) {
        return batch.then((found) => {
          scores.push(...found);
          return this.#scoreBatches(windows, scores, truncated, outOfTime);
        });
      }
      for (const found of batch) scores.push(found);
    }
    return scores;
  }

  /** The verdict on each value, by the value's index: that of its most suspicious window. */
  #verdictsOf(windows: Windows, scores: readonly WindowScore[]): [owner: number, verdict: Verdict][] {
    const best = new Map<number, number>();
    for (let i = 0; i < scores.length; i++) {
      const owner = windows.owners[i] as number;
      const other = best.get(owner);
      if (other === undefined || (scores[i] as WindowScore).score > (scores[other] as WindowScore).score)
        best.set(owner, i);
    }
    return Array.from(best, ([owner, i]) => {
      const { score, categories, salience } = scores[i] as WindowScore;
      const offset = windows.offsets[i] as number;
      const span = score < QUIET_SCORE ? { from: 0, to: 0 } : salientSpan(salience, this.#model.salience);
      // Salience counts the row's tokens: the text begins behind the name and the boundary.
      const textAt = (windows.nameLengths[i] as number) + 1;
      const fromByte = offset + Math.max(0, span.from - textAt);
      const toByte = offset + Math.max(0, span.to - textAt);
      // A copy: the model's answer is one array for the whole batch, and a remembered part would keep all of it.
      const own = Float32Array.from(categories);
      return [owner, { score, categories: own, fromByte, toByte }];
    });
  }
}

const NONE: readonly ValueScore[] = [];

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isRemembered({ decoded }: DecodedValue): boolean {
  return decoded.length <= REMEMBERED_CHARS;
}

function keyOf({ kind, name, decoded }: DecodedValue): string {
  return contentKey(kind, name, decoded);
}

function withVerdict(value: DecodedValue, { score, categories, fromByte, toByte }: Verdict): ValueScore {
  return { value, score, categories, fromByte, toByte };
}

function slice(windows: Windows, from: number, to: number): Windows {
  if (from === 0 && to === windows.count) return windows;
  const { length, tokens, places, owners, offsets, nameLengths } = windows;
  return {
    ...windows,
    count: to - from,
    tokens: tokens.subarray(from * length, to * length),
    places: places.subarray(from, to),
    owners: owners.subarray(from, to),
    offsets: offsets.subarray(from, to),
    nameLengths: nameLengths.subarray(from, to),
  };
}

/** Share of the strongest entry that a neighbour must have to belong to the same span. */
const SPAN_SHARE = 0.2;

/** The tokens of the row around the strongest entry of a salience vector: the entry and the neighbours that also speak. */
function salientSpan(
  salience: Float32Array,
  { stride, width }: { stride: number; width: number },
): { from: number; to: number } {
  let peak = 0;
  for (let i = 1; i < salience.length; i++) if ((salience[i] as number) > (salience[peak] as number)) peak = i;
  const least = (salience[peak] ?? 0) * SPAN_SHARE;
  // One silent entry between two that speak does not end the span.
  const speaks = (i: number) => least > 0 && (salience[i] ?? 0) >= least;
  let first = peak;
  while (speaks(first - 1) || speaks(first - 2)) first -= speaks(first - 1) ? 1 : 2;
  let last = peak;
  while (speaks(last + 1) || speaks(last + 2)) last += speaks(last + 1) ? 1 : 2;
  return { from: first * stride, to: last * stride + width };
}
