import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiSecurity } from '@api-security/core';
import type { z } from 'zod';
import type { Actor, Right } from './actor.js';
import type { Live } from './live.js';

/** What a route is asked. */
export interface Asked<Query, Body> {
  readonly security: ApiSecurity;
  readonly actor: Actor;
  /** Parts of the path by name, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Tells those who watch of a change that was made here; the engine tells of those of others. */
  readonly tell: Live['tell'];
}

/** One end point: what it takes, what it gives, and what one must be allowed to do. The OpenAPI document is made of these. */
export interface Route<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the mount path, e.g. `/api/alerts/{id}/acknowledge`. */
  readonly path: string;
  readonly right: Right;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** What a good answer is; absent for answers that are no JSON. */
  readonly answer?: z.ZodType;
  /** Statuses of what can be wrong here beyond what its path, its query and its body have in common with those of others. */
  readonly problems?: readonly number[];
  /** Media type of a good answer. @defaultValue application/json */
  readonly type?: string;
  /** How old a good answer may be that somebody else was given, in ms: for what costs more than reading a page. @defaultValue 0 */
  readonly keptMs?: number;
  /** Answers with what is sent as JSON, or undefined after it has answered by itself. @throws `Problem` */
  handle(asked: Asked<z.infer<Query>, z.infer<Body>>): Promise<unknown>;
}

/** Keeps the types of a route's schemas and its handler together. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(defined: Route<Query, Body>): Route {
  return defined as unknown as Route;
}

/** The tenant that a query is about: an actor's own, or whichever an actor for all of them asks for. */
export function tenantOf({ tenant }: Actor, asked: string | undefined): { tenant?: string | null } {
  if (tenant !== undefined) return { tenant };
  return asked === undefined ? {} : { tenant: asked };
}
