import type { IncomingMessage, ServerResponse } from 'node:http';
import { uuidV7 } from './alert/uuid-v7.js';
import type { RequestContext } from './api-security.js';
import type { Mode } from './assessment/assessment.js';
import type { ConnectionMeter } from './flow/connection-meter.js';
import { ConnectionMeters, type StalledConnection } from './flow/connection-meters.js';
import type { MeteredServer } from './flow/metered-socket.js';
import type { Inspection, Row, Subject } from './inspection.js';
import { type BodyTap, tapBody } from './observation/body-tap.js';
import { canonicalAddress, clientAddress, compileTrust, type Trust } from './observation/client-address.js';
import { addressKey, clientKey } from './observation/client-key.js';
import { observeConnection } from './observation/from-connection.js';
import { observeNodeRequest } from './observation/from-node-request.js';
import { type Observation, type ObservedResponse, type OpenMarks, openMarks } from './observation/observation.js';
import { readBodyAhead } from './observation/read-body-ahead.js';
import { observedBody } from './observation/request-body.js';
import type { ResolvedOptions } from './options.js';
import { decideOnFailure } from './policy/decide.js';
import { createRejection, type Rejection } from './policy/rejection.js';
import type { Recorder } from './recorder.js';
import { sequenceKeyOf } from './sequence/sequence-key.js';

/** One request under way, from its arrival to its response's end. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** Mode that it began in. */
  readonly mode: Mode;
  readonly id: string;
  /** Without the body, which has not arrived; its marks are still open. */
  readonly observation: Observation & { readonly marks: OpenMarks };
  /** Null where the connection is not the client's own. */
  readonly meter: ConnectionMeter | null;
  /** Bytes that the socket had written before. */
  readonly writtenBefore: number;
  readonly tap: BodyTap;
  /** Resolves when the response has ended or the client has gone. */
  readonly ended: Promise<void>;
}

/** The left end of the row: HTTP requests from their arrival to their response's end, and connections that never get that far. */
export class Guard {
  readonly #options: ResolvedOptions;
  readonly #row: Row;
  readonly #recorder: Recorder;
  readonly #connections: ConnectionMeters;
  readonly #trust: Trust;
  readonly #nextId: () => string;
  /** Servers to meter, with the way to stop it; null while off. */
  readonly #servers = new Map<MeteredServer, (() => void) | null>();
  /** Inspections under way. */
  #pending = 0;

  constructor(options: ResolvedOptions, row: Row, recorder: Recorder) {
    this.#options = options;
    this.#row = row;
    this.#recorder = recorder;
    this.#trust = compileTrust(options.trustProxy);
    this.#nextId = uuidV7(options.clock);
    this.#connections = new ConnectionMeters({
      clock: options.clock,
      onStall: (stalled) => void this.#assessConnection(stalled).catch((error: unknown) => recorder.failed(error)),
      onError: (error) => recorder.failed(error),
    });
  }

  /** Meters a server's connections from their first byte, while the engine is on. */
  attach(server: MeteredServer, isOn: boolean): () => void {
    if (!this.#servers.has(server)) this.#servers.set(server, isOn ? this.#connections.attach(server) : null);
    return () => {
      this.#servers.get(server)?.();
      this.#servers.delete(server);
    };
  }

  /** Meters the attached servers again. */
  resume(): void {
    for (const [server, detach] of this.#servers) this.#servers.set(server, detach ?? this.#connections.attach(server));
  }

  /** Stops every meter and timer, and remembers the servers. */
  pause(): void {
    for (const [server, detach] of this.#servers) {
      detach?.();
      this.#servers.set(server, null);
    }
  }

  /** As `ApiSecurity.guard`, while the engine is on. */
  watch(
    request: IncomingMessage,
    response: ServerResponse,
    context: RequestContext,
    mode: Mode,
  ): Promise<Rejection | null> | null {
    this.#recorder.counters.requests += 1;
    try {
      const visit = this.#begin(request, response, context, mode);
      const inspected = this.#inspect(visit);
      void this.#finish(visit, inspected);
      return mode === 'block' ? inspected.then((inspection) => this.#answer(visit, inspection)) : null;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  #begin(request: IncomingMessage, response: ServerResponse, context: RequestContext, mode: Mode): Visit {
    const { clock, limits, client: nameOf } = this.#options;
    const address = clientAddress(request, this.#trust);
    const client = { address, key: clientKey(request, address, { client: nameOf }) };
    const tenant = this.#tenantOf(request);
    const marks = openMarks();
    const meter = this.#meterOf(request, address);
    meter?.requestStarted(request);
    return {
      request,
      response,
      context,
      mode,
      id: this.#nextId(),
      observation: { ...observeNodeRequest(request, { clock, client, tenant, body: null, marks }), marks },
      meter,
      writtenBefore: request.socket.bytesWritten,
      // A look at every chunk: an upload is as many virtual packets as it has chunks.
      tap: tapBody(request, limits, response, () => meter?.sample()),
      ended: new Promise((resolve) => response.once('close', resolve)),
    };
  }

  /** Never rejects: null when there is no assessment. */
  async #inspect(visit: Visit): Promise<Inspection | null> {
    const { request, context, mode, id, meter, tap, ended } = visit;
    try {
      const { bodyBytes, bodyMs } = this.#options.limits;
      // In monitor mode the host reads the body when it likes, or never: what was seen when the response ends is inspected.
      if (mode === 'block') await readBodyAhead(tap, { limitBytes: bodyBytes, timeoutMs: bodyMs });
      else await Promise.race([tap.ended, ended]);
      const body = await observedBody(tap, request, context.body?.(), visit.observation.marks);
      const observation = { ...visit.observation, body };
      const features = meter?.features() ?? null;
      const sequenceKey = sequenceKeyOf(observation);
      const inspection = await this.#inTurn({ id, kind: 'request', mode, observation, features, sequenceKey });
      if (inspection === null) {
        this.#recorder.counters.unscored += 1;
        return null;
      }
      this.#recorder.assessed(inspection.assessment);
      context.expose?.(inspection.assessment);
      return inspection;
    } catch (error) {
      this.#unscored(error);
      return null;
    }
  }

  /**
   * Inspects unless too many inspections are under way: then null, which is told. Requests whose bodies have not arrived do not
   * count: slow clients must not be able to take everybody's turn.
   */
  async #inTurn(subject: Subject): Promise<Inspection | null> {
    const { pending } = this.#options.limits;
    if (this.#pending >= pending) {
      this.#recorder.degraded('queue', `more than ${pending} inspections under way`);
      return null;
    }
    this.#pending += 1;
    try {
      return await this.#row.inspect(subject);
    } finally {
      this.#pending -= 1;
    }
  }

  /** What to answer instead of the handler; null to go on. */
  #answer({ id, mode, request, response }: Visit, inspection: Inspection | null): Rejection | null {
    const { onFailure, onReject } = this.#options;
    const assessment = inspection?.assessment ?? null;
    const decision = assessment?.decision ?? decideOnFailure(mode, onFailure, null);
    if (decision.action !== 'deny') return null;
    const isVerdict = decision.reason === 'level';
    const code = isVerdict ? 'API_SECURITY_REQUEST_REJECTED' : 'API_SECURITY_UNAVAILABLE';
    const rejection = createRejection({ assessmentId: id, accept: request.headers.accept, code });
    if (assessment === null || !isVerdict) return rejection;
    if (response.headersSent) this.#recorder.counters.late += 1;
    else this.#recorder.rejected(assessment);
    try {
      return onReject?.(rejection, assessment) ?? rejection;
    } catch (error) {
      this.#recorder.failed(error);
      return rejection;
    }
  }

  /** Once the response has ended: completes the step and the assessment. Never rejects. */
  async #finish(visit: Visit, inspected: Promise<Inspection | null>): Promise<void> {
    try {
      await visit.ended;
      const { meter } = visit;
      meter?.responseEnded(visit.request);
      const end = { response: this.#responseOf(visit), features: meter?.features() ?? null };
      const inspection = await inspected;
      if (inspection === null) return;
      this.#recorder.finished({ ...inspection.assessment, response: end.response });
      await this.#row.complete(inspection, end);
    } catch (error) {
      this.#recorder.failed(error);
    }
  }

  #responseOf({ response, request, observation, writtenBefore }: Visit): ObservedResponse {
    return {
      status: response.headersSent ? response.statusCode : 0,
      bytes: Math.max(0, request.socket.bytesWritten - writtenBefore),
      durationMs: this.#options.clock.monotonicMs() - observation.arrivedMs,
    };
  }

  /** A connection that takes its time over a request is assessed by its flow, and the step enters its client's sequence. */
  async #assessConnection({ meter }: StalledConnection): Promise<void> {
    const { clock } = this.#options;
    const address = canonicalAddress(meter.address);
    // The connection of a trusted proxy carries other people's requests.
    if (this.#trust(address, 0)) return;
    const observation = observeConnection({ key: addressKey(address), address }, clock.now(), clock.monotonicMs());
    const features = meter.features();
    const sequenceKey = sequenceKeyOf(observation);
    // Node's own time limits end such connections; to close one here on a score would cut off people on slow links.
    const id = this.#nextId();
    const inspection = await this.#inTurn({
      id,
      kind: 'connection',
      mode: 'monitor',
      observation,
      features,
      sequenceKey,
    });
    if (inspection === null) return;
    this.#recorder.assessed(inspection.assessment);
    this.#recorder.finished(inspection.assessment);
    await this.#row.complete(inspection, { response: { status: 0, bytes: 0, durationMs: 0 }, features });
  }

  #tenantOf(request: IncomingMessage): string | null {
    try {
      return this.#options.tenant?.(request) ?? null;
    } catch (error) {
      this.#recorder.failed(error);
      return null;
    }
  }

  /** Null where the socket is a proxy's, or shared by the streams of HTTP/2. */
  #meterOf(request: IncomingMessage, address: string): ConnectionMeter | null {
    if (request.httpVersionMajor >= 2) return null;
    const meter = this.#connections.of(request.socket);
    if (canonicalAddress(meter.address) === address) return meter;
    meter.release();
    return null;
  }

  #unscored(error: unknown): void {
    this.#recorder.counters.unscored += 1;
    this.#recorder.failed(error);
  }
}
