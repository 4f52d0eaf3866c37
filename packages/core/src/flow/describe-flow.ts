import { FLOW_FEATURES } from './feature-schema.js';
import type { NamedFeature } from './named-feature.js';

/**
 * A flow feature vector for people: all 52 by name, in schema order, with units.
 *
 * @param values - `[52]` raw values in schema order, as `extractFlowFeatures` gives them
 */
export function describeFlow(values: Float32Array): NamedFeature[] {
  return FLOW_FEATURES.map(({ name, unit, observed }, i) => {
    const visible = observed !== 'unobservable';
    return { name, value: visible ? (values[i] ?? 0) : 0, unit, observed: visible };
  });
}
