import type { NamedFeature } from '../flow/named-feature.js';
import { SIGNALS } from './behaviour-signals.js';

/**
 * A signal vector for people: all 12 by name, in schema order, with units.
 *
 * @param values - `[12]` as `signalsAtDecision` gives them
 */
export function describeSignals(values: Float32Array): NamedFeature[] {
  return SIGNALS.map(({ name, unit }, i) => ({ name, value: values[i] ?? 0, unit, observed: true }));
}
