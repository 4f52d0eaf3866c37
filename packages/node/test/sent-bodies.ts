import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

/** More than what is inspected of a body at most. */
export const FILE: Buffer = randomBytes(300_000);
export const NOTE: string = "Miles O'Brien selects a plan from the list";
const BOUNDARY = 'part-of-a-test';
const MULTIPART = Buffer.concat([
  Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="note"\r\n\r\n${NOTE}\r\n`),
  Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="photo"; filename="holiday.png"\r\n`),
  Buffer.from('content-type: image/png\r\n\r\n'),
  FILE,
  Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
]);
const JSON_BODY = Buffer.from(JSON.stringify({ note: NOTE }));
const LONG_JSON = Buffer.from(JSON.stringify({ lines: Array(6_000).fill(`${NOTE} of everything that there is`) }));
const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A body to send. */
export interface SentBody {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip?: boolean;
  /** Without a content length, in pieces of this many bytes. */
  readonly pieceBytes?: number;
}

export const FORMS: Readonly<Record<string, SentBody>> = {
  multipart: { type: MULTIPART_TYPE, body: MULTIPART },
  'multipart in chunks': { type: MULTIPART_TYPE, body: MULTIPART, pieceBytes: 7_001 },
};
export const GZIPPED_FORM: Readonly<Record<string, SentBody>> = {
  'gzipped multipart': { type: MULTIPART_TYPE, body: MULTIPART, gzip: true },
};
export const JSON_BODIES: Readonly<Record<string, SentBody>> = {
  JSON: { type: 'application/json', body: JSON_BODY },
  'JSON in chunks': { type: 'application/json', body: JSON_BODY, pieceBytes: 5 },
};
export const LONG_BODIES: Readonly<Record<string, SentBody>> = {
  'long JSON': { type: 'application/json', body: LONG_JSON },
  'long JSON in chunks': { type: 'application/json', body: LONG_JSON, pieceBytes: 10_007 },
  'gzipped JSON': { type: 'application/json', body: LONG_JSON, gzip: true },
  'gzipped JSON in chunks': { type: 'application/json', body: LONG_JSON, gzip: true, pieceBytes: 101 },
};

/** What goes over the wire, before it is cut in chunks. */
export function bytesOf({ body, gzip = false }: SentBody): Buffer {
  return gzip ? gzipSync(body) : body;
}

/** Posts a body to this machine and reads the whole answer. */
export async function sendBody(port: number, sent: SentBody): Promise<{ status: number | undefined; text: string }> {
  const { type, gzip = false, pieceBytes } = sent;
  const bytes = bytesOf(sent);
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/uploads',
    agent: false,
    headers: {
      'content-type': type,
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...(pieceBytes === undefined ? { 'content-length': bytes.length } : { 'transfer-encoding': 'chunked' }),
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const size = pieceBytes ?? bytes.length;
  for (let start = 0; start < bytes.length; start += size) {
    await new Promise((written) => request.write(bytes.subarray(start, start + size), written));
  }
  request.end();
  const [response] = await answered;
  return { status: response.statusCode, text: await text(response) };
}
