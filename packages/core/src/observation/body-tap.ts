import type { Readable } from 'node:stream';
import { Moment } from '../moment.js';
import { type BodyStream, declaredBytes, hasNoBody, isBeingRead, sourceOf } from './body-stream.js';
import { ByteWindow } from './byte-window.js';

/** The part of a response that tells when it has ended. */
export interface EndingResponse {
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/**
 * Watches a request's body as it arrives, without taking a byte from the host.
 *
 * Every source of a request (the HTTP/1 parser, the HTTP/2 stream, test injectors) hands its chunks to the public
 * `push()` of the stream. The tap puts itself there, copies what goes by into a bounded window and takes itself out at
 * the end. So the stream's own state, which bodies, parsers and Node itself rely on, stays as it would be without it.
 */
export class BodyTap {
  /** When nothing more will come: the body is complete or the client has gone. */
  readonly ended: Moment = new Moment();
  readonly #request: BodyStream;
  readonly #response: EndingResponse;
  #window: ByteWindow;
  readonly #inherited: Readable['push'];
  readonly #onChunk: () => void;
  #done = false;
  #whole = false;
  #missed = false;
  #drains = false;
  #ahead: Ahead | null = null;
  /** What stands in the stream's place, and listens to its end: null for a body of which nothing is to come. */
  #push: Readable['push'] | null = null;
  #closed: (() => void) | null = null;
  #passesEnd: (() => Promise<boolean>) | null = null;

  /** Prefer {@link tapBody}. */
  constructor(
    request: BodyStream,
    { bodyBytes }: { readonly bodyBytes: number },
    response: EndingResponse,
    onChunk: () => void = () => {},
  ) {
    this.#onChunk = onChunk;
    this.#request = request;
    this.#response = response;
    this.#window = new ByteWindow(bodyBytes);
    this.#inherited = request.push;
    if (hasNoBody(request)) this.#end(true);
    else if (request.destroyed || request.readableEnded || request.readableDidRead) this.#miss();
    else this.#begin();
  }

  /** Bytes that have come so far, before content decoding. */
  get totalBytes(): number {
    return this.#window.totalBytes;
  }

  /** Bytes that the client says will come; 0 when it does not say. */
  get declaredBytes(): number {
    return declaredBytes(this.#request);
  }

  /** Bytes kept at most. */
  get limitBytes(): number {
    return this.#window.limitBytes;
  }

  /** Whether more has come than is kept. */
  get cut(): boolean {
    return this.#window.cut;
  }

  /** Whether every byte of the body has come, from the first to the last. */
  get complete(): boolean {
    return this.#whole && !this.#missed;
  }

  /** Whether nothing more will come that could be seen here. */
  get over(): boolean {
    return this.#done;
  }

  /** Whether the client went away before the end. */
  get aborted(): boolean {
    return this.#done && !this.#whole && !this.#missed;
  }

  /** Whether the body was (partly) read by somebody before the tap, or is none of bytes: then nothing of it is known here. */
  get missed(): boolean {
    return this.#missed;
  }

  /** What is kept of the body so far: head and tail when it is longer than the limit. A copy. */
  seen(): { readonly bytes: Buffer; readonly headBytes: number; readonly cut: boolean } {
    const { headBytes, cut } = this.#window;
    return { bytes: this.#window.bytes(), headBytes, cut };
  }

  /** Lowers what is kept at most, once less is wanted. Does nothing while somebody reads ahead: bytes are waiting in what is kept. */
  narrow(limitBytes: number): void {
    if (limitBytes < this.limitBytes && this.#ahead === null) this.#window = this.#window.narrowed(limitBytes);
  }

  /**
   * Lets the body arrive before anybody reads it, until it is complete, longer than `limitBytes`, or the client has gone;
   * then calls `done`. Meanwhile chunks wait in the window; afterwards they are pushed on in order.
   *
   * @returns false, and `done` is not called, when there is nothing to wait for or somebody reads already
   */
  readAhead(limitBytes: number, done: () => void): boolean {
    const limit = Math.min(limitBytes, this.limitBytes);
    if (this.#done || this.#missed || this.#ahead !== null || isBeingRead(this.#request)) return false;
    if (this.totalBytes > limit) return false;
    const source = sourceOf(this.#request);
    this.#ahead = { limit, from: this.totalBytes, hold: source !== 'pulled', done };
    if (source !== 'parser' || this.#request.complete) this.#pull();
    return true;
  }

  /**
   * Asks, when the body has ended and nobody reads ahead, whether whoever reads it may know. Until then the end alone is held back;
   * every byte has been passed on. Where the answer is no, the end never comes.
   *
   * @param passes - never rejects
   */
  holdEnd(passes: () => Promise<boolean>): void {
    this.#passesEnd = passes;
  }

  /** Ends {@link readAhead} now; what came is pushed on. Does nothing when nobody reads ahead. */
  release(): void {
    const ahead = this.#ahead;
    if (ahead === null) return;
    this.#ahead = null;
    if (ahead.hold && this.totalBytes > ahead.from && !this.#request.destroyed) {
      this.#inherited.call(this.#request, this.#window.bytes(ahead.from));
    }
    ahead.done();
  }

  #begin(): void {
    const request = this.#request;
    const known = request.readableLength === 0 || this.#peek();
    // A complete message has nothing left to push, unless its source (serverless adapters) only begins when it is read.
    const over = request.complete === true && (this.totalBytes > 0 || declaredBytes(request) === 0);
    if (!known) this.#miss();
    else if (over) this.#end(true);
    else {
      this.#push = (chunk: unknown, encoding?: BufferEncoding) => this.#pushed(chunk, encoding);
      this.#closed = () => this.#end(false);
      request.push = this.#push;
      request.once('close', this.#closed);
    }
  }

  /** Looks at what was buffered before the tap came: read and put back in one go, so that nobody can notice. */
  #peek(): boolean {
    const request = this.#request;
    if (isBeingRead(request)) return false;
    const encoding = request.readableEncoding ?? undefined;
    if (!request.complete) this.#drainAfterResponse();
    const buffered: unknown = request.read();
    const bytes = bytesOf(buffered, encoding);
    if (buffered !== null) {
      request.unshift(buffered, encoding);
      forgetReading(request);
    }
    if (bytes === null) return false;
    this.#window.add(bytes);
    return true;
  }

  /** Asks a source that only sends on demand to begin. */
  #pull(): void {
    this.#drainAfterResponse();
    this.#request.read(0);
  }

  #pushed(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (!this.#done && this.#observed(chunk, encoding)) return true;
    const more = this.#inherited.call(this.#request, chunk, encoding);
    if (!more && this.#ahead !== null) this.release();
    return more;
  }

  /** As {@link #observe}; whatever goes wrong in it must not reach the parser that pushes. */
  #observed(chunk: unknown, encoding: BufferEncoding | undefined): boolean {
    try {
      return this.#observe(chunk, encoding);
    } catch {
      this.#miss();
      return false;
    }
  }

  /** Answers whether the chunk was put aside until the release. */
  #observe(chunk: unknown, encoding: BufferEncoding | undefined): boolean {
    if (chunk === null) {
      // HTTP/2 ends the streams of clients that went away.
      const whole = this.#request.aborted !== true;
      const passes = whole && this.#ahead === null && !this.#missed ? this.#passesEnd : null;
      this.#end(whole);
      if (passes === null) return false;
      void passes().then((pass) => pass && this.#inherited.call(this.#request, null));
      return true;
    }
    this.#onChunk();
    const bytes = bytesOf(chunk, encoding);
    if (bytes === null) {
      this.#miss();
      return false;
    }
    if (this.#ahead !== null && this.totalBytes + bytes.length > this.#ahead.limit) this.release();
    this.#window.add(bytes);
    return this.#ahead?.hold === true;
  }

  #miss(): void {
    this.#missed = true;
    this.#end(false);
  }

  #end(whole: boolean): void {
    if (this.#done) return;
    this.#done = true;
    this.#whole = whole;
    const request = this.#request;
    // Somebody may have put themselves around the tap since: then it stays, and only passes on.
    if (this.#push !== null && request.push === this.#push) {
      if (this.#inherited === Object.getPrototypeOf(request).push) Reflect.deleteProperty(request, 'push');
      else request.push = this.#inherited;
    }
    if (this.#closed !== null) request.removeListener('close', this.#closed);
    this.release();
    this.ended.happen();
  }

  /**
   * Node pulls a body that nobody has read off the wire once the response has ended, so that the connection can go on. It
   * does not when the stream has been read from, as {@link #peek} and {@link #pull} do: then the tap does it.
   */
  #drainAfterResponse(): void {
    if (this.#drains) return;
    this.#drains = true;
    this.#response.once('finish', () => {
      const request = this.#request;
      if (!request.destroyed && !request.readableEnded && !isBeingRead(request)) request.resume();
    });
  }
}

/**
 * Watches the body of a request from now on; call it as early as possible, before anything awaits.
 * Never throws, adds no `error` listener, and changes no byte, chunk or event that the host sees.
 *
 * @param limits - `bodyBytes`: bytes kept, three quarters from the beginning and one from the end
 * @param response - the response to the request: when it ends, a body that nobody read is pulled off the wire
 * @param onChunk - called when a chunk arrives, before it is looked at
 */
export function tapBody(
  request: BodyStream,
  limits: { readonly bodyBytes: number },
  response: EndingResponse,
  onChunk?: () => void,
): BodyTap {
  return new BodyTap(request, limits, response, onChunk);
}

/** A reading-ahead under way. */
interface Ahead {
  /** Bytes of the body at which it ends. */
  readonly limit: number;
  /** Bytes of the body that had gone by when it began. */
  readonly from: number;
  /** Whether chunks are put aside. Else they are passed on and the stream's own buffer is the limit. */
  readonly hold: boolean;
  readonly done: () => void;
}

/**
 * Takes back what reading leaves behind in `readableDidRead`: some readers (undici, `@hono/node-server`) refuse a stream that was
 * ever read from. Node has no other way to say that it was not.
 */
function forgetReading(request: BodyStream): void {
  const { _readableState: state } = request as { _readableState?: { dataEmitted?: boolean } };
  if (state !== undefined) state.dataEmitted = false;
}

/** Null for what is no piece of bytes. */
function bytesOf(chunk: unknown, encoding: BufferEncoding | undefined): Uint8Array | null {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return null;
  return Buffer.from(chunk, encoding !== undefined && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}
