import type { Clock } from '../clock.js';
import { extractFlowFeatures } from './flow-features.js';
import { FlowMeter } from './flow-meter.js';
import type { MeteredSocket, RequestProgress } from './metered-socket.js';

/** What a connection that makes no end is in the middle of: its request's headers or body, or taking the response. */
export type StallPhase = 'headers' | 'body' | 'response';

/** A moment at which an unfinished connection should be scored. */
export interface Stall {
  readonly phase: StallPhase;
  /** Since the request (or the connection) began; for `response`, since the client stopped making room. In ms. */
  readonly incompleteMs: number;
}

/**
 * Meters one connection by looking at its socket's byte counters; it never touches the data.
 *
 * The growth between two looks is one chunk, so {@link ConnectionMeter.sample} belongs wherever something happened:
 * the meter does it itself when it is told of a request's progress or asked for features.
 */
export class ConnectionMeter {
  readonly socket: MeteredSocket;
  readonly flow: FlowMeter;
  /** The peer's address as the socket names it; `''` when unknown. Kept after the socket is closed. */
  readonly address: string;
  readonly #clock: Clock;

  #bytesRead = 0;
  #bytesWritten = 0;

  #phase: 'headers' | 'body' | 'answering' | 'idle' = 'headers';
  #beganMs: number;
  #request: RequestProgress | null = null;
  /** Requests whose responses have not ended, oldest first: more than one where the client pipelines. */
  readonly #answering = new Set<RequestProgress>();
  #undrainedMs: number | null = null;
  #released = false;

  #episodeMs = 0;
  #episodeTicks = 0;

  /** Begins a flow now; what the socket has carried already counts as its first chunks. */
  constructor(socket: MeteredSocket, clock: Clock) {
    this.socket = socket;
    this.#clock = clock;
    this.address = socket.remoteAddress ?? '';
    this.#beganMs = clock.monotonicMs();
    this.flow = new FlowMeter(socket.localPort ?? 0);
    this.flow.open(this.#beganMs * 1000);
    this.flow.requestOpen = true;
    this.sample();
  }

  /** Bytes received so far; 0 for a connection that was only opened, as browsers do in advance. */
  get bytesReceived(): number {
    return this.#bytesRead;
  }

  /** True once the connection is closed or {@link ConnectionMeter.release} was called. */
  get released(): boolean {
    return this.#released;
  }

  /** Reads the socket's counters and state. Call it at every body chunk. */
  sample(): void {
    if (this.#released) return;
    const { socket, flow } = this;
    const nowMs = this.#clock.monotonicMs();
    const nowUs = nowMs * 1000;

    const received = socket.bytesRead - this.#bytesRead;
    if (received > 0) {
      this.#bytesRead = socket.bytesRead;
      flow.received(received, nowUs);
      if (this.#phase === 'idle') this.#enter('headers', nowMs);
    }
    const sent = socket.bytesWritten - this.#bytesWritten;
    if (sent > 0) {
      this.#bytesWritten = socket.bytesWritten;
      flow.sent(sent, nowUs);
    }
    if (this.#phase === 'body' && this.#request?.complete) this.#bodyArrived();
    if (socket.writableLength > 0) this.#undrainedMs ??= nowMs;
    else this.#undrainedMs = null;

    if (socket.readableEnded) flow.clientFin(nowUs);
    if (socket.writableEnded) flow.serverFin(nowUs);
    if (socket.destroyed) {
      flow.close(nowUs, socket.errored != null);
      this.release();
    } else if (socket.parser == null) {
      this.release(); // A WebSocket may be silent for as long as it likes, and an HTTP/2 connection is many requests.
    }
  }

  /**
   * The headers of a request are complete. Saying so twice of one request is once.
   *
   * @param request - lets the meter see by itself when the body is complete, and whether it is the application that does
   *   not read on; without it, say {@link ConnectionMeter.bodyEnded}
   */
  requestStarted(request: RequestProgress | null = null): void {
    this.sample();
    if (request !== null && this.#answering.has(request)) return;
    // A pipelined request, or one that came whole since the last look, begins now.
    this.#enter('body', this.#phase === 'headers' ? this.#beganMs : this.#clock.monotonicMs());
    this.#request = request;
    this.#answering.add(request ?? { complete: true, readableLength: 0, readableHighWaterMark: 1 });
  }

  /** The body of the request is complete. */
  bodyEnded(): void {
    this.sample();
    if (this.#phase === 'body') this.#bodyArrived();
  }

  /**
   * The response has ended, or will never be. Saying so twice of one request is once.
   *
   * @param request - the request that it answers; the oldest that is open by default
   */
  responseEnded(request: RequestProgress | null = null): void {
    this.sample();
    const [oldest] = this.#answering;
    const answered = request ?? oldest;
    if (answered === undefined || !this.#answering.delete(answered)) return;
    if (this.#answering.size > 0 || this.#phase === 'headers') return;
    // An answer before the end of the body does not end the request: the client may go on sending for ever.
    const bodyMissing = this.#phase === 'body' && this.#request?.complete === false;
    if (!bodyMissing) this.#enter('idle', this.#beganMs);
  }

  /** The 52 features of the connection up to now. @param target - `[52]` where to write; a new array by default */
  features(target?: Float32Array): Float32Array {
    this.sample();
    return extractFlowFeatures(this.flow, this.#clock.monotonicMs() * 1000, target);
  }

  /**
   * Whether the connection should be scored although it has not finished: true once per `stallMs` since its request (or
   * the connection) began. A kept-alive connection between two requests never is, nor one that waits for the application.
   */
  stall(stallMs: number): Stall | null {
    this.sample();
    const unfinished = this.#unfinished();
    if (unfinished === null) return null;
    const { phase, sinceMs } = unfinished;
    if (sinceMs !== this.#episodeMs) {
      this.#episodeMs = sinceMs;
      this.#episodeTicks = 0;
    }
    const incompleteMs = this.#clock.monotonicMs() - sinceMs;
    const ticks = Math.floor(incompleteMs / stallMs);
    if (ticks <= this.#episodeTicks) return null;
    this.#episodeTicks = ticks;
    return { phase, incompleteMs };
  }

  /** Stops metering: the connection turned out not to be a client's own (a proxy's, another protocol's). */
  release(): void {
    this.#released = true;
    this.#request = null;
    this.#answering.clear();
  }

  #unfinished(): { readonly phase: StallPhase; readonly sinceMs: number } | null {
    if (this.#released) return null;
    if (this.#phase === 'headers') return { phase: 'headers', sinceMs: this.#beganMs };
    if (this.#phase === 'body' && !this.#applicationLags()) return { phase: 'body', sinceMs: this.#beganMs };
    if (this.#answering.size > 0 && this.#undrainedMs !== null)
      return { phase: 'response', sinceMs: this.#undrainedMs };
    return null;
  }

  #applicationLags(): boolean {
    return this.#request !== null && this.#request.readableLength >= this.#request.readableHighWaterMark;
  }

  #bodyArrived(): void {
    this.#enter(this.#answering.size > 0 ? 'answering' : 'idle', this.#beganMs);
  }

  #enter(phase: 'headers' | 'body' | 'answering' | 'idle', beganMs: number): void {
    this.#phase = phase;
    this.#beganMs = beganMs;
    if (phase !== 'body') this.#request = null;
    this.flow.requestOpen = phase !== 'idle';
  }
}
