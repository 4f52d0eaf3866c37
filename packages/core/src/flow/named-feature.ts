/** A named number of the flow or the behaviour. */
export interface NamedFeature {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** False where a server cannot observe it: then `value` is 0 and the model does not see it. */
  readonly observed: boolean;
}
