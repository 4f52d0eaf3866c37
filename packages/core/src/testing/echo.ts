import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A request as the host's handler gets it. */
export interface HandledRequest {
  readonly request: IncomingMessage;
  /** What the framework shows as the URL before it took a mount path off. */
  readonly url: string;
  /** What the host's body parser made of the body; undefined when none has run. */
  readonly parsed: unknown;
  /** What the adapter put on the framework's request. */
  readonly assessment: unknown;
}

/**
 * What a handler answers with, status 200: a stream as the framework sends streams, anything else as JSON. A handler may also
 * throw: a {@link Refusal}, which has a status, or any other error, which has none.
 */
export type Handler = (handled: HandledRequest) => Promise<object | Readable>;

/** How a handler answers with another status, by the two names that frameworks look for it under. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly statusCode: number;
  /** Koa and http-errors: the message is for the client. */
  readonly expose = true;

  constructor(readonly status: number) {
    super(`refused with ${status}`);
    this.statusCode = status;
  }
}

/** Answers with a digest of everything the handler was given, so that two apps can be compared. */
export async function echo({ request, url, parsed }: HandledRequest): Promise<object> {
  return {
    method: request.method,
    url,
    headers: request.rawHeaders,
    parsed: parsed === undefined ? null : digestOf(parsed),
    unread: await digestOfRest(request),
  };
}

/** SHA-256 of bytes, of a text, or of a value as JSON. */
export function digestOf(value: unknown): string {
  const bytes = Buffer.isBuffer(value) || typeof value === 'string' ? value : JSON.stringify(value);
  return createHash('sha256').update(bytes).digest('hex');
}

/** What no parser has read; null when one has read all of it. */
async function digestOfRest(request: IncomingMessage): Promise<string | null> {
  if (request.readableEnded) return null;
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return digestOf(Buffer.concat(pieces));
}
