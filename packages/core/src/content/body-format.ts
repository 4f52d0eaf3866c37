/** How a body's media type says that it is to be read; `unknown` is judged by its first bytes. */
export type BodyFormat = 'json' | 'json-lines' | 'form' | 'multipart' | 'graphql' | 'xml' | 'text' | 'unknown';

const JSON_LINES = /(?:ndjson|jsonl|json-lines|json-seq|stream\+json)$/;

/** The format of a media type, given in lower case without parameters. */
export function formatOf(mediaType: string): BodyFormat {
  const [type = '', subtype = ''] = mediaType.split('/', 2);
  if (subtype === 'x-www-form-urlencoded') return 'form';
  if (type === 'multipart') return 'multipart';
  if (JSON_LINES.test(subtype)) return 'json-lines';
  if (subtype.includes('json') || subtype === 'csp-report') return 'json';
  if (subtype === 'graphql') return 'graphql';
  if (subtype === 'xml' || subtype.endsWith('+xml')) return 'xml';
  return type === 'text' || subtype === 'javascript' ? 'text' : 'unknown';
}
