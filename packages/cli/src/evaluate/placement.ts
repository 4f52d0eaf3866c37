import type { DescribedRequest } from '@api-security/core';

/** Where a bare payload is put into a request. */
export const PLACEMENTS = ['query', 'json', 'header', 'cookie', 'path'] as const;

/** One of {@link PLACEMENTS}. */
export type Placement = (typeof PLACEMENTS)[number];

/** What an ordinary API client sends besides. */
const HEADERS = { host: 'api.example.com', accept: 'application/json' };

/** A request that carries the payload at that place, encoded as a client would send it. */
export function placed(payload: string, placement: Placement): DescribedRequest {
  switch (placement) {
    case 'query':
      return { method: 'GET', url: `/search?q=${percentEncoded(payload)}`, headers: HEADERS };
    case 'json':
      return {
        method: 'POST',
        url: '/search',
        headers: { ...HEADERS, 'content-type': 'application/json' },
        body: JSON.stringify({ q: payload }),
      };
    case 'header':
      return { method: 'GET', url: '/search', headers: { ...HEADERS, 'x-search': headerValue(payload) } };
    case 'cookie':
      return { method: 'GET', url: '/search', headers: { ...HEADERS, cookie: `q=${percentEncoded(payload)}` } };
    case 'path':
      return { method: 'GET', url: `/search/${percentEncoded(payload)}`, headers: HEADERS };
  }
}

/** The place that an assessment would name. */
export function placeOf(placement: Placement): string {
  return { query: 'query.q', json: 'body.q', header: 'header.x-search', cookie: 'cookie.q', path: 'path[1]' }[
    placement
  ];
}

function percentEncoded(text: string): string {
  // encodeURIComponent throws at a lone surrogate; as UTF-8 it is a replacement character.
  return encodeURIComponent(Buffer.from(text).toString());
}

/** A header can carry printable ASCII, spaces and tabs; the rest goes percent-encoded. */
function headerValue(text: string): string {
  return text.replace(/[^\t\x20-\x7e]+/g, percentEncoded);
}
