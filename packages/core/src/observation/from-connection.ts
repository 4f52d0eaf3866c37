import type { Client, Observation } from './observation.js';

const NOTHING: ReadonlySet<string> = new Set();

/** A connection that has not finished a request, as an observation without one: every text is empty. */
export function observeConnection(client: Client, at: number, arrivedMs: number): Observation {
  return {
    at,
    arrivedMs,
    method: '',
    url: '',
    path: '',
    query: '',
    headers: [],
    body: null,
    client,
    tenant: null,
    marks: { truncated: NOTHING, unparsed: NOTHING },
  };
}
