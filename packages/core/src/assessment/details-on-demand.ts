import { describeFlow } from '../flow/describe-flow.js';
import type { NamedFeature } from '../flow/named-feature.js';
import { describeSignals } from '../sequence/describe-signals.js';
import type { Assessment } from './assessment.js';
import type { Details } from './detailed-belief.js';

/** Details that are worked out when they are first asked for; then what they were made of is let go. */
export class DetailsOnDemand implements Details {
  #describe: (() => Assessment['request']) | null;
  #request: Assessment['request'] | null = null;
  readonly #flow: Float32Array | null;
  #features: readonly NamedFeature[] | null = null;
  readonly #behaviour: Float32Array | null;
  #signals: readonly NamedFeature[] | null = null;

  /**
   * @param describe - describes the request, redacted
   * @param flow - `[52]`; null where the flow was absent
   * @param behaviour - `[12]` signals
   */
  constructor(describe: () => Assessment['request'], flow: Float32Array | null, behaviour: Float32Array | null) {
    this.#describe = describe;
    this.#flow = flow;
    this.#behaviour = behaviour;
  }

  get request(): Assessment['request'] {
    if (this.#describe !== null) {
      this.#request = this.#describe();
      this.#describe = null;
    }
    return this.#request as Assessment['request'];
  }

  get features(): readonly NamedFeature[] {
    this.#features ??= this.#flow === null ? [] : describeFlow(this.#flow);
    return this.#features;
  }

  get signals(): readonly NamedFeature[] {
    this.#signals ??= this.#behaviour === null ? [] : describeSignals(this.#behaviour);
    return this.#signals;
  }
}
