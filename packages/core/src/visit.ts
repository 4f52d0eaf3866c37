import type { IncomingMessage } from 'node:http';
import type { RequestContext, Verdict } from './api-security.js';
import type { Mode } from './assessment/assessment.js';
import type { ConnectionMeter } from './flow/connection-meter.js';
import type { Inspection } from './inspection.js';
import type { MaybePromise } from './maybe-promise.js';
import type { Moment } from './moment.js';
import type { BodyTap } from './observation/body-tap.js';
import type { Observation } from './observation/observation.js';
import type { RouteSettings } from './route-settings.js';

/** The part of a response that tells what became of a request. */
export interface AnsweringResponse {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly writableEnded?: boolean;
  end?(): unknown;
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** One request under way, from its arrival to its response's end. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: AnsweringResponse;
  /** What came later, once more is known than at an early beginning, stands over what was said then. */
  context: RequestContext;
  /** `monitor` becomes `block` when a router behind the first middleware says so before the inspection has begun. */
  mode: Mode;
  settings: RouteSettings;
  /** Whether mode and settings may still become more lenient: the request came early, and nobody has asked to have it inspected. */
  undecided: boolean;
  /** Whether an answer had begun before: whoever gave it and went on means the handler to run all the same. */
  readonly begun: boolean;
  readonly id: string;
  /** Without the body, which has not arrived, and without marks. */
  readonly observation: Observation;
  /** Keys of the client, its first one in the observation too. */
  readonly clientKeys: readonly string[];
  /** Null where the connection is not the client's own. */
  readonly meter: ConnectionMeter | null;
  /** Bytes that the socket had written before. */
  readonly writtenBefore: number;
  readonly tap: BodyTap;
  /** When the response has ended or the client has gone. */
  readonly ended: Moment;
  /** When somebody waits for the inspection that was to come at leisure. */
  readonly hurried: Moment;
  /** Whether the newest inspection saw its body to the end. */
  sawEnd: boolean;
  /** Whether the newest inspection saw what a parser made of the body. */
  sawParsed: boolean;
  /** Whether its assessment has been counted. */
  counted: boolean;
  /** Whether its response has ended. */
  over: boolean;
  /** Never rejects; null when there is no assessment, or none yet of a request that is undecided. */
  inspected: MaybePromise<Inspection | null>;
  /** Null when nobody has to wait for one. Never rejects. */
  verdict: Promise<Verdict> | null;
  /** Whether it should have been rejected when its answer had begun. */
  late: boolean;
  /** Whether its client is banned: then it is not inspected any more. */
  turnedAway: boolean;
  /** What the host said of a log-in. */
  login: { readonly outcome: 'failed' | 'succeeded'; readonly user: string | null } | null;
}

/**
 * Whether nobody waits for the host any more: somebody answered meanwhile, or the client left before its request was complete,
 * and a parser behind us would wait for the rest or take it for empty.
 */
export function isLeft({ request, response, begun }: Visit): boolean {
  // Over HTTP/2 a request that broke off is complete as well.
  const isGone = request.httpVersionMajor >= 2 ? request.aborted : request.destroyed && !request.complete;
  return isGone || (response.headersSent && !begun);
}

/** Whether a request is denied while somebody's answer to it is on its way: too late for another. */
export function isLate({ response, begun }: Visit, inspection: Inspection | null): boolean {
  return begun && response.writableEnded !== true && inspection?.assessment.decision.action === 'deny';
}

/** Bytes that a request's connection has written so far. A request that a test injects has no real socket. */
export function bytesWrittenBy({ socket }: IncomingMessage): number {
  return socket.bytesWritten ?? 0;
}
