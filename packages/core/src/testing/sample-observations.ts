import type { Observation, ObservedBody } from '../observation/observation.js';

/** What a test wants of a sample request; everything else is an ordinary `GET /`. */
export interface SampleRequest extends Partial<Omit<Observation, 'body'>> {
  readonly body?: Partial<Omit<ObservedBody, 'raw'>> & { readonly raw?: Buffer | string | null };
}

/** Builds an observation as the observation room would: `path` and `query` follow from `url`, text bodies become bytes. */
export function observationOf(request: SampleRequest = {}): Observation {
  const { body, ...rest } = request;
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    at: 1_700_000_000_000,
    arrivedMs: 1000,
    method: body === undefined ? 'GET' : 'POST',
    url,
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: [],
    client: { key: '192.0.2.1', address: '192.0.2.1' },
    tenant: null,
    marks: { truncated: new Set(), unparsed: new Set() },
    ...rest,
    body: body === undefined ? null : bodyOf(body),
  };
}

function bodyOf(body: NonNullable<SampleRequest['body']>): ObservedBody {
  const raw = typeof body.raw === 'string' ? Buffer.from(body.raw) : (body.raw ?? null);
  return {
    mediaType: body.mediaType ?? '',
    parameters: body.parameters ?? new Map(),
    raw,
    headBytes: body.headBytes ?? raw?.length ?? 0,
    parsed: body.parsed,
  };
}
