import type { ServerResponse } from 'node:http';
import type { Rejection } from './policy/rejection.js';
import { writeRejection } from './policy/write-rejection.js';

/** A framework's reply that keeps headers to itself until it answers, as Fastify's does; or Node's response. */
export interface FrameworkReply {
  readonly raw?: ServerResponse;
  getHeaders(): Readonly<Record<string, number | string | readonly string[] | undefined>>;
  removeHeader(name: string): unknown;
  /** Tells the framework that somebody else answers. */
  hijack?(): unknown;
}

/**
 * Hands what was set on a reply, such as the headers of CORS, on to Node's response: a rejection is laid over that, and headers of
 * the reply would win over it.
 */
export function releaseHeaders(reply: FrameworkReply): ServerResponse {
  const { raw } = reply;
  if (raw === undefined) return reply as ServerResponse;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    reply.removeHeader(name);
    raw.setHeader(name, value ?? '');
  }
  return raw;
}

/** As `writeRejection`, past a framework that would answer by itself. An answer that has begun is left to whoever began it. */
export function rejectReply(reply: FrameworkReply, rejection: Rejection): void {
  if ((reply.raw ?? (reply as ServerResponse)).headersSent) return;
  reply.hijack?.();
  writeRejection(releaseHeaders(reply), rejection);
}
