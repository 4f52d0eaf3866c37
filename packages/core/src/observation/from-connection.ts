import { type Client, NO_MARKS, type Observation } from './observation.js';

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
    marks: NO_MARKS,
  };
}
