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

/** A JSON request. */
export function json(value: unknown, path = '/orders'): Sent {
  return { method: 'POST', path, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(value) };
}

/** A form as a browser sends it. */
function form(fields: Readonly<Record<string, string>>, path = '/orders'): Sent {
  return { method: 'POST', path, headers: { 'content-type': FORM_TYPE }, body: new URLSearchParams(fields).toString() };
}

/** A form with one text field and one file. */
function multipart(field: string, path = '/orders'): Sent {
  const body = [
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="note"',
    '',
    field,
    `--${BOUNDARY}`,
    'content-disposition: form-data; name="photo"; filename="holiday.png"',
    'content-type: image/png',
    '',
    '\u0089PNG\r\n\u001a\n\0\0\0',
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n');
  return { method: 'POST', path, headers: { 'content-type': MULTIPART_TYPE }, body: Buffer.from(body, 'latin1') };
}

/** Requests that no one would reject, by what is peculiar about them. */
export const HARMLESS: Readonly<Record<string, Sent>> = {
  'no body': { path: '/users/42?sort=name&sort=age&q=O%27Brien' },
  'an empty body': { method: 'POST', path: '/orders', headers: { 'content-type': JSON_TYPE }, body: '' },
  JSON: json(JSON.parse(ORDER)),
  'JSON in chunks': { ...json(JSON.parse(ORDER)), chunked: true, pieceBytes: 16 },
  'JSON byte by byte': { ...json(JSON.parse(ORDER)), pieceBytes: 1 },
  'JSON that is not': { method: 'POST', path: '/orders', headers: { 'content-type': JSON_TYPE }, body: '{"item": tea' },
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
  'a multipart form': multipart('two of them, please'),
  text: {
    method: 'PUT',
    path: '/notes/1',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'Grüße aus Kyōto',
  },
  'bytes of no type': { method: 'POST', path: '/orders', body: Buffer.from([0, 1, 2, 253, 254, 255]) },
  'a body on DELETE': { ...json({ reason: 'sold out' }, '/items/7'), method: 'DELETE' },
  'a body that waits to be asked for': {
    ...json(JSON.parse(ORDER)),
    headers: { 'content-type': JSON_TYPE, expect: '100-continue' },
  },
};

/** What the fake content tower takes for an attack. */
export const ATTACK = "x' or 1=1 --";

/** The attack in every place of a request: name → request, and where evidence must say it was. */
export const ATTACKS: Readonly<Record<string, { readonly sent: Sent; readonly place: string }>> = {
  'the query': { sent: { path: `/users?id=${encodeURIComponent(ATTACK)}` }, place: 'query.id' },
  'the path': { sent: { path: `/users/${encodeURIComponent(ATTACK)}/orders` }, place: 'path' },
  'a header': { sent: { path: '/users', headers: { 'user-agent': ATTACK } }, place: 'header.user-agent' },
  'a cookie': {
    sent: { path: '/users', headers: { cookie: `theme=dark; basket=${encodeURIComponent(ATTACK)}` } },
    place: 'cookie.basket',
  },
  'a JSON leaf': { sent: json({ items: [{ name: 'tea' }, { name: ATTACK }] }), place: 'body.items[1].name' },
  'a form field': { sent: form({ name: 'tea', note: ATTACK }), place: 'body.note' },
  'a multipart field': { sent: multipart(ATTACK), place: 'body.note' },
  'a text body': {
    sent: { method: 'POST', path: '/notes', headers: { 'content-type': 'text/plain' }, body: `Dear all,\n${ATTACK}\n` },
    place: 'body',
  },
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
