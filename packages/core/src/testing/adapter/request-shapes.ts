import { ATTACK } from './bodies.js';

/** A way to write a request that HTTP allows and few clients use. */
export interface RequestShape {
  /** The request as it goes over the wire, with the text in it; the server closes the connection after its answer. */
  readonly with: (text: string) => string;
  /** Where evidence must say that the text was. */
  readonly place: string;
}

const CLOSE = 'connection: close';

/** A request without a body. */
function head(line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'host: app.test', CLOSE, ...headers, '', ''].join('\r\n');
}

/** A request with a JSON body. */
function withJson(line: string, text: string, ...headers: readonly string[]): string {
  const body = JSON.stringify({ note: text });
  return `${head(line, 'content-type: application/json', `content-length: ${body.length}`, ...headers)}${body}`;
}

/** A request whose JSON body comes in two chunks, with what may stand around them. */
function inChunks(text: string, { extension = '', trailer = '', headers = [] as readonly string[] }): string {
  const body = JSON.stringify({ note: text });
  const chunk = (piece: string) => `${piece.length.toString(16)}${extension}\r\n${piece}\r\n`;
  const type = 'content-type: application/json';
  const start = head('POST /orders', type, 'transfer-encoding: chunked', ...headers);
  return `${start}${chunk(body.slice(0, 12))}${chunk(body.slice(12))}0\r\n${trailer}\r\n`;
}

const query = (text: string): string => `id=${encodeURIComponent(text)}`;
const target = (text: string): string => `/users?${query(text)}`;

/** Requests of every shape, by what is peculiar about them. */
export const REQUEST_SHAPES: Readonly<Record<string, RequestShape>> = {
  HEAD: { with: (text) => head(`HEAD ${target(text)}`), place: 'query.id' },
  OPTIONS: { with: (text) => head(`OPTIONS ${target(text)}`), place: 'query.id' },
  'OPTIONS of the whole server': { with: (text) => head('OPTIONS *', `x-note: ${text}`), place: 'header.x-note' },
  PROPFIND: { with: (text) => head(`PROPFIND ${target(text)}`, 'depth: 1'), place: 'query.id' },
  REPORT: { with: (text) => withJson('REPORT /orders', text), place: 'body.note' },
  PURGE: { with: (text) => head(`PURGE ${target(text)}`), place: 'query.id' },
  'M-SEARCH': { with: (text) => head(`M-SEARCH ${target(text)}`), place: 'query.id' },
  TRACE: { with: (text) => head(`TRACE ${target(text)}`), place: 'query.id' },
  'a body on GET': { with: (text) => withJson('GET /orders', text), place: 'body.note' },
  'a body on DELETE': { with: (text) => withJson('DELETE /orders/7', text), place: 'body.note' },
  'a target in absolute form': { with: (text) => head(`GET http://app.test${target(text)}`), place: 'query.id' },
  'a target with a fragment': { with: (text) => head(`GET ${target(text)}#top`), place: 'query.id' },
  'a target with empty segments': { with: (text) => head(`GET //api//users/?${query(text)}`), place: 'query.id' },
  'a target with dots': { with: (text) => head(`GET /api/./v1/../users?${query(text)}`), place: 'query.id' },
  'a query of two question marks': { with: (text) => head(`GET /users?sort=?&${query(text)}`), place: 'query.id' },
  'a key that comes twice': { with: (text) => head(`GET /users?id=7&${query(text)}`), place: 'query.id' },
  'a key in brackets': {
    with: (text) => head(`GET /users?filter[name]=${encodeURIComponent(text)}`),
    place: 'query.filter[name]',
  },
  'a parameter that is encoded twice': {
    with: (text) => head(`GET /users?id=${encodeURIComponent(encodeURIComponent(text))}`),
    place: 'query.id',
  },
  'a target of 12 kB': {
    with: (text) => head(`GET /users?page=${'7'.repeat(12_000)}&${query(text)}`),
    place: 'query.id',
  },
  'two Cookie headers': {
    with: (text) => head('GET /users', 'cookie: theme=dark', `cookie: basket=${encodeURIComponent(text)}`),
    place: 'cookie.basket',
  },
  'a header that comes twice': {
    with: (text) => head('GET /users', 'x-note: tea', `x-note: ${text}`),
    place: 'header.x-note',
  },
  'a header without a space': {
    with: (text) => head('GET /users', 'x-empty:', `x-note:${text}`),
    place: 'header.x-note',
  },
  'four hundred headers': {
    with: (text) => head('GET /users', ...Array.from({ length: 400 }, (_, i) => `x-h${i}: ${i}`), `x-note: ${text}`),
    place: 'header.x-note',
  },
  'an empty body that is announced': {
    with: (text) => head(`POST ${target(text)}`, 'content-type: application/json', 'content-length: 0'),
    place: 'query.id',
  },
  'an empty body in chunks': {
    with: (text) => `${head(`POST ${target(text)}`, 'transfer-encoding: chunked')}0\r\n\r\n`,
    place: 'query.id',
  },
  'no word about a body': { with: (text) => head(`POST ${target(text)}`), place: 'query.id' },
  'chunks with extensions': { with: (text) => inChunks(text, { extension: ';part=1' }), place: 'body.note' },
  trailers: {
    with: (text) => inChunks(text, { trailer: 'x-checksum: 7\r\n', headers: ['trailer: x-checksum'] }),
    place: 'body.note',
  },
  'a note in a trailer': {
    with: (text) => inChunks('tea', { trailer: `x-note: ${text}\r\n`, headers: ['trailer: x-note'] }),
    place: 'header.x-note',
  },
  'an offer to upgrade': {
    with: (text) =>
      withJson('POST /orders', text, 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__').replace(
        CLOSE,
        'connection: close, upgrade, http2-settings',
      ),
    place: 'body.note',
  },
  'HTTP/1.0': {
    with: (text) => `GET ${target(text)} HTTP/1.0\r\n\r\n`,
    place: 'query.id',
  },
  'HTTP/1.0 with a body': {
    with: (text) => {
      const body = JSON.stringify({ note: text });
      return `POST /orders HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    },
    place: 'body.note',
  },
  'an odd parameter name': {
    with: (text) => head(`GET /users?${encodeURIComponent(text)}=1`),
    place: `query.${ATTACK}`,
  },
};
