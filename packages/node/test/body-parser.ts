import type { IncomingMessage } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const LIMIT_BYTES = 1024 * 1024;

const DECODE: Readonly<Record<string, () => Transform>> = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

const READ_AS: readonly (readonly [type: string, read: (bytes: Buffer) => unknown])[] = [
  ['application/json', (bytes) => JSON.parse(bytes.toString())],
  ['application/x-www-form-urlencoded', (bytes) => Object.fromEntries(new URLSearchParams(bytes.toString()))],
  ['text/plain', (bytes) => bytes.toString()],
];

/** What somebody without a framework writes: the whole body as its type says, anything else as bytes. Undefined for none. */
export async function parseBody(request: IncomingMessage): Promise<unknown> {
  const { headers } = request;
  const decode = DECODE[headers['content-encoding'] ?? 'identity'];
  if (decode === undefined) throw Object.assign(new Error('The content coding is not known.'), { status: 415 });
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request.pipe(decode())) {
    length += (piece as Buffer).length;
    if (length > LIMIT_BYTES) throw Object.assign(new Error('The body is too long.'), { status: 413 });
    pieces.push(piece as Buffer);
  }
  if (length === 0) return undefined;
  const type = headers['content-type'] ?? '';
  const [, read = (bytes: Buffer) => bytes] = READ_AS.find(([known]) => type.startsWith(known)) ?? [];
  return read(Buffer.concat(pieces));
}
