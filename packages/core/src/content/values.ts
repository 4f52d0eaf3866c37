import type { Observation } from '../observation/observation.js';
import { readBody } from './body.js';
import { readHeaders } from './headers.js';
import { readTarget } from './target.js';
import type { ValueCollector } from './value-collector.js';

/** Reads all values of a request, in a fixed order: path, query, headers and cookies, body. */
export function readValues(observation: Observation, into: ValueCollector): void {
  readTarget(observation, into);
  readHeaders(observation.headers, into);
  if (observation.body !== null) readBody(observation.body, into);
}
