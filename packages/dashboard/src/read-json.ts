import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';

/** Longest body of a request to the dashboard, in bytes: a thousand described requests of some kilobytes. */
const MAX_BYTES = 8 * 1_048_576;

/** The body of a request as JSON; what a parser in front has made of it, where one has run. @throws `Problem` */
export async function readJson(request: IncomingMessage & { body?: unknown }): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'API_SECURITY_JSON_ONLY', 'The body has to be application/json.');
  }
  if (request.body !== undefined) return request.body;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    bytes += (piece as Buffer).length;
    if (bytes > MAX_BYTES) throw new Problem(413, 'API_SECURITY_BODY_TOO_LONG', 'The body is too long.');
    pieces.push(piece as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString() || 'null');
  } catch {
    throw new Problem(400, 'API_SECURITY_REQUEST_INVALID', 'The body is no JSON.');
  }
}
