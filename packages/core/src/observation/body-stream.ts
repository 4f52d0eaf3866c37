import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A request as a stream: `node:http`, the compatibility API of `node:http2`, or a stand-in of either. */
export interface BodyStream extends Readable {
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** `node:http`: the whole message has been received. */
  readonly complete?: boolean;
  /** The client went away before the end. */
  readonly aborted?: boolean;
  /** `node:http2`: the stream under the request. */
  readonly stream?: { readonly endAfterHeaders?: boolean; readonly sentInfoHeaders?: readonly object[] | undefined };
}

/**
 * Who drives the stream. `parser`: HTTP/1 pushes as bytes arrive. `stream`: HTTP/2 does once it has been asked.
 * `pulled`: each chunk has to be asked for, which a chunk that is put aside would stop.
 */
export function sourceOf(request: BodyStream): 'parser' | 'stream' | 'pulled' {
  if (request instanceof IncomingMessage) return 'parser';
  return request.stream === undefined ? 'pulled' : 'stream';
}

/**
 * RFC 9112 §6.3: an HTTP/1 request without either header has no body. HTTP/2 says so in its first frame. What follows the
 * head of an upgrade belongs to the other protocol.
 */
export function hasNoBody(request: BodyStream): boolean {
  if (request.stream?.endAfterHeaders === true) return true;
  if (!(request instanceof IncomingMessage)) return false;
  if ((request as { upgrade?: boolean }).upgrade === true) return true;
  return request.headers['transfer-encoding'] === undefined && declaredBytes(request) === 0;
}

/** The body's length as the client names it; 0 when it does not. */
export function declaredBytes({ headers }: BodyStream): number {
  return Number(headers?.['content-length'] ?? 0);
}

/**
 * Whether the client waits to be told to send the body, and nobody has told it: the host decides about that itself, by
 * `checkContinue`. Node keeps it under an internal name for HTTP/1.
 */
export function awaitsContinue(request: BodyStream, response: object): boolean {
  if (!/100-continue/i.test(String(request.headers?.expect ?? ''))) return false;
  if (request.stream !== undefined) return (request.stream.sentInfoHeaders ?? []).length === 0;
  return (response as { _sent100?: boolean })._sent100 === false;
}

/** Whether somebody has begun, or is about, to take the body. */
export function isBeingRead(request: BodyStream): boolean {
  return request.readableFlowing === true || request.listenerCount('data') > 0 || request.listenerCount('readable') > 0;
}
