import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';

/** Longest body of a request to the dashboard, in bytes: a thousand described requests of some kilobytes. */
const MAX_BYTES = 8 * 1_048_576;

/** The body of a request as JSON; what a parser in front has left of it in `body`, where one has read it. @throws `Problem` */
export async function readJson(request: IncomingMessage & { body?: unknown }): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'API_SECURITY_JSON_ONLY', 'The body has to be application/json.');
  }
  // Some parsers leave an empty object of a body that they have not read.
  const body = request.readableEnded ? request.body : await bytesOf(request);
  if (body === undefined) {
    throw new Error('The body was read before the dashboard, by something that left nothing in request.body.');
  }
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return body;
  try {
    return JSON.parse(body.toString() || 'null');
  } catch {
    throw new Problem(400, 'API_SECURITY_REQUEST_INVALID', 'The body is no JSON.');
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  // What is left of a body that is too long goes by: to destroy it would take the connection, and the answer, with it.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) break;
    pieces.push(piece);
  }
  if (bytes <= MAX_BYTES) return Buffer.concat(pieces);
  // Not before the loop has let go of it: until then nothing flows, and the next request on the connection would wait behind it.
  request.resume();
  throw new Problem(413, 'API_SECURITY_BODY_TOO_LONG', 'The body is too long.');
}
