import type { ServerResponse } from 'node:http';
import { type Alert, type ApiSecurity, type Assessment, type Ban, type News, reaches } from '@api-security/core';
import type { Actor } from './actor.js';
import { Problem } from './problem.js';

/** Streams open at once. */
const MAX_STREAMS = 50;
/** Events kept for those who come back after a break. */
const MAX_KEPT = 1_000;
/** Time between two signs of life, in ms: shorter than proxies' patience with a silent connection. */
const HEARTBEAT_MS = 15_000;

/** One thing that happened. */
interface LiveEvent {
  readonly id: number;
  readonly name: string;
  readonly tenant: string | null;
  readonly data: string;
}

/** Somebody who watches. */
interface Stream {
  readonly response: ServerResponse;
  readonly actor: Actor;
  /** The next event to send. */
  next: number;
  /** Whether the reader has not taken yet what was sent. */
  waits: boolean;
}

/**
 * What happens, as it happens, to everybody who watches: server-sent events with resumption. Events are kept once for all; a reader
 * that is slow gets them when it has read the ones before, and is told of a gap when they are not kept any more.
 */
export class Live {
  readonly #kept: LiveEvent[] = [];
  readonly #streams = new Set<Stream>();
  readonly #stop: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #lastId = 0;

  constructor(security: ApiSecurity) {
    const onAlert = (alert: Alert): void => this.tell('alert', alert.assessment.tenant, alert);
    const onBanned = (ban: Ban): void => this.tell('banned', ban.tenant, ban);
    const onAssessment = (assessment: Assessment): void => {
      // The others are in the log, and in the sums.
      if (reaches(assessment.level, 'medium')) this.tell('assessment', assessment.tenant, assessment);
    };
    const onNews = (news: News): void => {
      const isAlert = news.event === 'alert' || news.event === 'acknowledged';
      const { tenant } = isAlert ? news.payload.assessment : news.payload;
      this.tell(news.event, tenant, news.payload);
    };
    security.on('alert', onAlert).on('assessment', onAssessment).on('banned', onBanned).on('news', onNews);
    this.#stop = () => {
      security.off('alert', onAlert).off('assessment', onAssessment).off('banned', onBanned).off('news', onNews);
    };
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /**
   * Sends a response everything that happens from now on, and what has happened since an event that it names.
   *
   * @throws `Problem` 503 when too many streams are open
   */
  open(response: ServerResponse, actor: Actor, lastEventId: string | undefined): void {
    if (this.#streams.size >= MAX_STREAMS) {
      throw new Problem(503, 'API_SECURITY_TOO_MANY_STREAMS', 'Too many live views are open.');
    }
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    // Neither kept nor compressed nor collected by what is in between: events are to arrive.
    response.setHeader('cache-control', 'no-store, no-transform');
    response.setHeader('x-accel-buffering', 'no');
    response.write('retry: 2000\n\n');
    const since = lastEventId === undefined ? Number.NaN : Number(lastEventId);
    const isKnown = Number.isSafeInteger(since) && since >= 0 && since <= this.#lastId;
    const stream = { response, actor, next: (isKnown ? since : this.#lastId) + 1, waits: false };
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
    this.#pump(stream);
  }

  /** Tells everybody who may know of a tenant. */
  tell(name: string, tenant: string | null, payload: unknown): void {
    this.#lastId += 1;
    // JSON has no line breaks of its own: one event is one line, whatever text is in it.
    this.#kept.push({ id: this.#lastId, name, tenant, data: JSON.stringify(payload) });
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    for (const stream of this.#streams) this.#pump(stream);
  }

  close(): void {
    this.#stop();
    clearInterval(this.#heartbeat);
    for (const { response } of this.#streams) response.end();
    this.#streams.clear();
  }

  /** Sends what a stream has not got yet, as fast as it is read. */
  #pump(stream: Stream): void {
    const { response, actor } = stream;
    const oldest = this.#lastId - this.#kept.length + 1;
    if (stream.next < oldest) {
      stream.next = oldest;
      response.write('event: gap\ndata: {}\n\n');
    }
    while (!stream.waits && stream.next <= this.#lastId) {
      const event = this.#kept[stream.next - oldest] as LiveEvent;
      stream.next += 1;
      if (actor.tenant !== undefined && actor.tenant !== event.tenant) continue;
      stream.waits = !response.write(`id: ${event.id}\nevent: ${event.name}\ndata: ${event.data}\n\n`);
    }
    if (stream.waits && response.listenerCount('drain') === 0) {
      response.once('drain', () => {
        stream.waits = false;
        this.#pump(stream);
      });
    }
  }

  #beat(): void {
    for (const { response, waits } of this.#streams) if (!waits) response.write(': still here\n\n');
  }
}
