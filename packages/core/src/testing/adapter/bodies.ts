import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Sent } from '../http-client.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const BOUNDARY = 'part-of-a-test';
const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const ORDER = JSON.stringify({
  item: 'tea',
  count: 2,
  to: { name: "Miles O'Brien", note: 'select a plan from the list' },
});

/** What the fake content tower takes for an attack. */
export const ATTACK = "x' or 1=1 --";

/** What nobody should take for one: an apostrophe, and words of SQL. */
export const LOOK_ALIKE = "O'Brien, select a plan from the list";

/** The attack as a parameter, and what to ask for with it. */
export const ATTACK_PATH: string = `/users?id=${encodeURIComponent(ATTACK)}`;

/** A POST of any media type; `''` for a body without one. */
export function post(type: string, body: string | Buffer, path = '/orders'): Sent {
  return { method: 'POST', path, headers: type === '' ? {} : { 'content-type': type }, body };
}

/** A JSON request. */
export function json(value: unknown, path = '/orders'): Sent {
  return post(JSON_TYPE, JSON.stringify(value), path);
}

/** A form as a browser sends it. */
export function form(fields: Readonly<Record<string, string>>, path = '/orders'): Sent {
  return post(FORM_TYPE, new URLSearchParams(fields).toString(), path);
}

/** One part of a multipart body. */
export interface Part {
  readonly name: string;
  /** A file when given. */
  readonly file?: string;
  readonly type?: string;
  /** One character a byte. */
  readonly content: string;
}

/** A multipart form. */
export function multipart(parts: readonly Part[], path = '/orders'): Sent {
  const lines = parts.flatMap(({ name, file, type, content }) => [
    `--${BOUNDARY}`,
    `content-disposition: form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}`,
    ...(type === undefined ? [] : [`content-type: ${type}`]),
    '',
    content,
  ]);
  return post(MULTIPART_TYPE, Buffer.from([...lines, `--${BOUNDARY}--`, ''].join('\r\n'), 'latin1'), path);
}

/** An uploaded picture, as far as its first bytes tell. */
export const PICTURE: Part = {
  name: 'photo',
  file: 'holiday.png',
  type: 'image/png',
  content: '\u0089PNG\r\n\u001a\n\0\0\0',
};

/** Requests that no one would reject, by what is peculiar about them. */
export const HARMLESS: Readonly<Record<string, Sent>> = {
  'no body': { path: '/users/42?sort=name&sort=age&q=O%27Brien' },
  'an empty body': post(JSON_TYPE, ''),
  JSON: post(JSON_TYPE, ORDER),
  'JSON in chunks': { ...post(JSON_TYPE, ORDER), chunked: true, pieceBytes: 16 },
  'JSON byte by byte': { ...post(JSON_TYPE, ORDER), pieceBytes: 1 },
  'JSON that is not': post(JSON_TYPE, '{"item": tea'),
  'JSON of 300 kB': json({
    lines: Array.from({ length: 6_000 }, (_, line) => `line ${line} of a long text about tea and how to brew it`),
  }),
  'gzipped JSON': {
    method: 'POST',
    path: '/orders',
    headers: { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' },
    body: gzipSync(ORDER),
  },
  'JSON in brotli': {
    method: 'POST',
    path: '/orders',
    headers: { 'content-type': JSON_TYPE, 'content-encoding': 'br' },
    body: brotliCompressSync(ORDER),
  },
  'a form': form({ name: "Miles O'Brien", plan: 'select a plan from the list' }),
  'a multipart form': multipart([{ name: 'note', content: 'two of them, please' }, PICTURE]),
  text: { ...post('text/plain; charset=utf-8', 'Grüße aus Kyōto', '/notes/1'), method: 'PUT' },
  'bytes of no type': post('', Buffer.from([0, 1, 2, 253, 254, 255])),
  'a body on DELETE': { ...json({ reason: 'sold out' }, '/items/7'), method: 'DELETE' },
  'a body that waits to be asked for': {
    ...post(JSON_TYPE, ORDER),
    headers: { 'content-type': JSON_TYPE, expect: '100-continue' },
  },
};

/** The attack in every place of a request: name → request, and where evidence must say it was. */
export const ATTACKS: Readonly<Record<string, { readonly sent: Sent; readonly place: string }>> = {
  'the query': { sent: { path: ATTACK_PATH }, place: 'query.id' },
  'the path': { sent: { path: `/users/${encodeURIComponent(ATTACK)}/orders` }, place: 'path' },
  'a header': { sent: { path: '/users', headers: { 'user-agent': ATTACK } }, place: 'header.user-agent' },
  'a cookie': {
    sent: { path: '/users', headers: { cookie: `theme=dark; basket=${encodeURIComponent(ATTACK)}` } },
    place: 'cookie.basket',
  },
  'a JSON leaf': { sent: json({ items: [{ name: 'tea' }, { name: ATTACK }] }), place: 'body.items[1].name' },
  'a form field': { sent: form({ name: 'tea', note: ATTACK }), place: 'body.note' },
  'a multipart field': { sent: multipart([{ name: 'note', content: ATTACK }, PICTURE]), place: 'body.note' },
  'a text body': { sent: post('text/plain', `Dear all,\n${ATTACK}\n`, '/notes'), place: 'body' },
  'gzipped JSON': {
    sent: {
      method: 'POST',
      path: '/orders',
      headers: { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ note: ATTACK })),
    },
    place: 'body.note',
  },
};
