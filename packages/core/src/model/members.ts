import type { Clock } from '../clock.js';
import type { DecodedValue } from '../content/content-value.js';
import type { ContentLimits } from '../content/limits.js';
import { Deadline } from '../deadline.js';
import type { MaybePromise } from '../maybe-promise.js';
import type { SequenceWindow } from '../sequence/window.js';
import { Breaker } from './breaker.js';
import { type ContentModel, contentModel } from './content-model.js';
import { type FlowModel, flowModel } from './flow-model.js';
import { loadModel, type ModelFiles } from './load-models.js';
import type { ModelRole } from './manifest.js';
import { openRuntime } from './open-runtime.js';
import type { RuntimeChoice } from './runtime.js';
import { ContentScorer, type ScoredContent } from './score-content.js';
import type { FlowScore, SequenceScore } from './scores.js';
import { type SequenceModel, sequenceModel } from './sequence-model.js';

/** What the members need to know. */
export interface MembersOptions {
  readonly runtime: RuntimeChoice;
  readonly limits: Pick<ContentLimits, 'windows'>;
  readonly clock: Clock;
  /** Says when members are to be left out, so that the host gets on. */
  readonly lag: { sheds(part: ModelRole): boolean };
  /** Is told of every failed run, and of every one that was left out; the member is then absent from that assessment. */
  readonly onFailure: (part: ModelRole, error: unknown) => void;
}

/** How long a request waits for models that are still loading, in ms: about ten times what the shipped ones take on a slow machine. */
const LOADING_MS = 1_000;
/** Why a member was left out that could have run. */
const LAG = new Error('left out: the event loop lags behind');

/**
 * The members of the ensemble. Each score is null where its model is not loaded, rests after failures, or failed just now:
 * absent, never 0 or 1. Nothing here rejects but `load`.
 */
export class Members {
  readonly #options: MembersOptions;
  readonly #breakers: Readonly<Record<ModelRole, Breaker>>;
  #loading: Promise<void> | null = null;
  #content: ContentModel | null = null;
  #scorer: ContentScorer | null = null;
  #flow: FlowModel | null = null;
  #sequence: SequenceModel | null = null;

  constructor(options: MembersOptions) {
    this.#options = options;
    const { clock } = options;
    this.#breakers = { content: new Breaker(clock), flow: new Breaker(clock), sequence: new Breaker(clock) };
  }

  /**
   * Loads the graphs that are not loaded yet; rejects with the first problem, after having loaded what can be.
   * A failed load is not remembered: the next call tries again.
   */
  load(files: readonly ModelFiles[]): Promise<void> {
    this.#loading ??= this.#load(files).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Resolves when a load under way has ended, after at most a second; never rejects. Null when none is. */
  get settled(): Promise<void> | null {
    if (this.#loading === null) return null;
    return new Deadline(this.#options.clock, LOADING_MS).within(this.#loading).catch(() => undefined);
  }

  async #load(files: readonly ModelFiles[]): Promise<void> {
    const { runtime: wanted, limits, clock } = this.#options;
    const runtime = await openRuntime(wanted);
    const loads = files.map(async (file) => {
      switch (file.manifest.role) {
        case 'content':
          this.#content ??= await loadModel(file, runtime, contentModel);
          this.#scorer ??= new ContentScorer(this.#content, limits, clock);
          return;
        case 'flow':
          this.#flow ??= await loadModel(file, runtime, flowModel);
          return;
        case 'sequence':
          this.#sequence ??= await loadModel(file, runtime, sequenceModel);
      }
    });
    const failed = (await Promise.allSettled(loads)).find((load) => load.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Scores above these stand on their own. 1, which no score exceeds, while a model is not loaded. */
  get certain(): { content: number; flow: number; sequence: number } {
    return {
      content: this.#content?.manifest.thresholds.certain ?? 1,
      flow: this.#flow?.manifest.thresholds.certain ?? 1,
      sequence: this.#sequence?.manifest.thresholds.certain ?? 1,
    };
  }

  /** Rows scored by each model since it was loaded. */
  get rows(): { content: number; flow: number; sequence: number } {
    return {
      content: this.#content?.scored ?? 0,
      flow: this.#flow?.scored ?? 0,
      sequence: this.#sequence?.scored ?? 0,
    };
  }

  scoreContent(values: readonly DecodedValue[], deadline: Deadline): MaybePromise<ScoredContent | null> {
    const scorer = this.#scorer;
    return this.#attempt('content', deadline, scorer && (() => scorer.score(values, () => deadline.passed)));
  }

  scoreFlow(features: Float32Array, deadline: Deadline): MaybePromise<FlowScore | null> {
    const flow = this.#flow;
    return this.#attempt('flow', deadline, flow && (() => flow.score(features)));
  }

  scoreSequence(window: SequenceWindow, deadline: Deadline): MaybePromise<SequenceScore | null> {
    const sequence = this.#sequence;
    return this.#attempt('sequence', deadline, sequence && (() => sequence.score(window)));
  }

  async close(): Promise<void> {
    const models = [this.#content, this.#flow, this.#sequence];
    this.#content = this.#scorer = this.#flow = this.#sequence = null;
    await Promise.allSettled(models.map((model) => model?.close()));
  }

  #attempt<T>(part: ModelRole, deadline: Deadline, run: (() => MaybePromise<T>) | null): MaybePromise<T | null> {
    const breaker = this.#breakers[part];
    if (run === null || !breaker.allows()) return null;
    if (this.#options.lag.sheds(part)) {
      this.#options.onFailure(part, LAG);
      return null;
    }
    const failed = (error: unknown): null => {
      breaker.failed();
      this.#options.onFailure(part, error);
      return null;
    };
    try {
      const score = run();
      if (score instanceof Promise) {
        return deadline.within(score).then((answer) => {
          breaker.succeeded();
          return answer;
        }, failed);
      }
      breaker.succeeded();
      return score;
    } catch (error) {
      return failed(error);
    }
  }
}
