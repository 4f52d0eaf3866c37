import type { IncomingMessage } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { RequestContext } from './api-security.js';
import type { Mode } from './assessment/assessment.js';
import type { ConnectionGuard } from './connection-guard.js';
import { Moment } from './moment.js';
import { tapBody } from './observation/body-tap.js';
import { clientAddress, compileTrust, type Trust } from './observation/client-address.js';
import type { ClientKeys } from './observation/client-keys.js';
import { observeNodeRequest } from './observation/from-node-request.js';
import { NO_MARKS } from './observation/observation.js';
import type { ResolvedOptions } from './options.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import { type AnsweringResponse, bytesWrittenBy, type Visit } from './visit.js';

/** The parts that arrivals work with. */
export interface ArrivalParts {
  readonly connections: ConnectionGuard;
  readonly keys: ClientKeys;
  readonly recorder: Recorder;
}

/** Requests as they arrive: whose they are, and what of them is watched from their first byte on. */
export class Arrivals {
  readonly #options: ResolvedOptions;
  readonly #connections: ConnectionGuard;
  readonly #keys: ClientKeys;
  readonly #recorder: Recorder;
  readonly #trust: Trust;
  readonly #nextId: () => string;

  constructor(options: ResolvedOptions, { connections, keys, recorder }: ArrivalParts) {
    this.#options = options;
    this.#connections = connections;
    this.#keys = keys;
    this.#recorder = recorder;
    this.#trust = compileTrust(options.trustProxy);
    this.#nextId = uuidV7(options.clock);
  }

  /** What an arriving request is from now on. */
  begin(
    request: IncomingMessage,
    response: AnsweringResponse,
    context: RequestContext,
    mode: Mode,
    settings: RouteSettings,
  ): Visit {
    const { clock } = this.#options;
    const address = clientAddress(request, this.#trust);
    const clientKeys = this.#keys.of({ request, host: context.host, address });
    const client = { address, key: clientKeys[0] };
    const tenant = this.#tenantOf(request);
    // The streams of HTTP/2 share a socket.
    const meter = request.httpVersionMajor >= 2 ? null : this.#connections.meterOf(request.socket, address);
    meter?.requestStarted(request);
    const early = context.early === true;
    const ended = new Moment();
    response.once('close', () => ended.happen());
    return {
      request,
      response,
      context,
      mode: early && mode === 'block' ? 'monitor' : mode,
      settings,
      undecided: early,
      begun: response.headersSent,
      id: this.#nextId(),
      observation: observeNodeRequest(request, {
        clock,
        client,
        tenant,
        url: context.url,
        body: null,
        marks: NO_MARKS,
      }),
      clientKeys,
      meter,
      writtenBefore: bytesWrittenBy(request),
      // A look at every chunk: an upload is as many virtual packets as it has chunks.
      tap: tapBody(request, settings.limits, response, () => meter?.sample()),
      ended,
      hurried: new Moment(),
      inspected: null,
      verdict: null,
      sawEnd: false,
      sawParsed: false,
      counted: false,
      over: false,
      late: false,
      turnedAway: false,
      login: null,
    };
  }

  #tenantOf(request: IncomingMessage): string | null {
    try {
      return this.#options.tenant?.(request) ?? null;
    } catch (error) {
      this.#recorder.failed(error);
      return null;
    }
  }
}
