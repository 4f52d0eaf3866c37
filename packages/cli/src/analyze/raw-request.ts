import type { DescribedRequest } from '@api-security/core';
import { splitUrl } from './split-url.js';

const LINE_FEED = 0x0a;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const PROTOCOL = /^HTTP\/\d(?:\.\d)?$/;

/**
 * Reads a request as it stands on the wire: request line, headers, a blank line, the body. Line breaks may be LF alone, the
 * protocol version may be missing, and a header may go on in the next line. A body longer than its `Content-Length` is cut there,
 * because editors add a line break at the end of a file.
 *
 * @returns the request, or why it is none, in a few words
 */
export function parseRawRequest(bytes: Buffer): DescribedRequest | string {
  const { head, body } = splitHead(bytes);
  const lines = head
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const first = lines.findIndex((line) => line !== '');
  const request = parseRequestLine(lines[first] ?? '');
  if (request === null) return 'the first line is no request line such as "GET /users?id=1 HTTP/1.1"';
  const headers = new Map<string, string[]>();
  let last: string[] | null = null;
  for (const line of lines.slice(first + 1)) {
    const folded = /^[ \t]/.test(line);
    const colon = line.indexOf(':');
    if (folded && last !== null) last.push(`${last.pop() ?? ''} ${line.trim()}`);
    else if (folded || colon < 1) return `"${line.slice(0, 60)}" is no header`;
    else {
      const name = line.slice(0, colon).trim().toLowerCase();
      last = headers.get(name) ?? [];
      last.push(line.slice(colon + 1).trim());
      headers.set(name, last);
    }
  }
  const { target, host } = splitUrl(request.target);
  if (host !== null && !headers.has('host')) headers.set('host', [host]);
  const sent = body.subarray(0, contentLength(headers) ?? body.length);
  return {
    method: request.method,
    url: target,
    headers: Object.fromEntries(headers),
    ...(sent.length > 0 && { body: sent }),
  };
}

/** Spaces inside the target are kept: attackers forget to encode them. */
function parseRequestLine(line: string): { method: string; target: string } | null {
  const space = line.indexOf(' ');
  const method = line.slice(0, Math.max(0, space));
  const rest = line.slice(method.length).trim();
  const last = rest.lastIndexOf(' ');
  const target = PROTOCOL.test(rest.slice(last + 1)) ? rest.slice(0, Math.max(0, last)).trimEnd() : rest;
  return METHOD.test(method) && target !== '' ? { method, target } : null;
}

/** Cuts at the first blank line. */
function splitHead(bytes: Buffer): { head: Buffer; body: Buffer } {
  let start = bytes.findIndex((byte) => byte !== LINE_FEED && byte !== 0x0d);
  if (start === -1) start = bytes.length;
  for (let at = bytes.indexOf(LINE_FEED, start); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
    const next = bytes[at + 1] === 0x0d ? at + 2 : at + 1;
    if (next >= bytes.length) return { head: bytes.subarray(start, at), body: Buffer.alloc(0) };
    if (bytes[next] === LINE_FEED) return { head: bytes.subarray(start, at), body: bytes.subarray(next + 1) };
  }
  return { head: bytes.subarray(start), body: Buffer.alloc(0) };
}

function contentLength(headers: ReadonlyMap<string, readonly string[]>): number | null {
  const [text = '', ...more] = headers.get('content-length') ?? [];
  return more.length === 0 && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
