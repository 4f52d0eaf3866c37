import {
  type Alert,
  type ApiSecurity,
  type Assessment,
  type Ban,
  type News,
  reaches,
  type Settings,
} from '@api-security/core';
import type { Actor } from './actor.js';
import { Problem } from './problem.js';
import type { LiveEvent, Sink } from './sink.js';

/** Streams open at once. */
const MAX_STREAMS = 50;
/** Events kept for those who come back after a break. */
const MAX_KEPT = 1_000;
/** Time between two signs of life, in ms: shorter than proxies' patience with a silent connection. */
const HEARTBEAT_MS = 15_000;

/** Somebody who watches. */
interface Stream {
  readonly sink: Sink;
  readonly actor: Actor;
  /** The next event to send. */
  next: number;
  /** Whether the reader has not taken yet what was sent. */
  waits: boolean;
}

/** What a connection tells of its reader. */
export interface Watching {
  /** The reader has taken what was sent. */
  resume(): void;
  /** The connection has closed. */
  leave(): void;
}

/**
 * What happens, as it happens, to everybody who watches, with resumption. Events are kept once for all; a reader that is slow gets them
 * when it has read the ones before, and is told of a gap when they are not kept any more.
 */
export class Live {
  readonly #kept: LiveEvent[] = [];
  readonly #streams = new Set<Stream>();
  readonly #stop: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #lastId = 0;
  #isClosed = false;

  constructor(security: ApiSecurity) {
    const onAlert = (alert: Alert): void => this.tell('alert', alert.assessment.tenant, alert);
    const onBanned = (ban: Ban): void => this.tell('banned', ban.tenant, ban);
    const onAssessment = (assessment: Assessment): void => {
      // The others are in the log, and in the sums.
      if (reaches(assessment.level, 'medium')) this.tell('assessment', assessment.tenant, assessment);
    };
    const onSettings = ({ version, at, by }: Settings): void => this.tell('settings', null, { version, at, by });
    const onNews = (news: News): void => {
      // Told of when they hold here.
      if (news.event === 'settings') return;
      const isAlert = news.event === 'alert' || news.event === 'acknowledged';
      const { tenant } = isAlert ? news.payload.assessment : news.payload;
      this.tell(news.event, tenant, news.payload);
    };
    const heard = { alert: onAlert, assessment: onAssessment, banned: onBanned, settings: onSettings, news: onNews };
    const names = Object.keys(heard) as (keyof typeof heard)[];
    for (const name of names) security.on(name, heard[name]);
    this.#stop = () => {
      for (const name of names) security.off(name, heard[name]);
    };
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /**
   * To be asked before a connection is made a stream, while it can still be answered with a status.
   *
   * @throws `Problem` 503 when too many streams are open, or after `close`
   */
  admit(): void {
    if (this.#isClosed) throw new Problem(503, 'API_SECURITY_CLOSED', 'The dashboard has closed.');
    if (this.#streams.size >= MAX_STREAMS) {
      throw new Problem(503, 'API_SECURITY_TOO_MANY_STREAMS', 'Too many live views are open.');
    }
  }

  /**
   * Sends everything that happens from now on, and what has happened since an event that is named. Whoever names one that this process
   * does not know has watched another, and is told of a gap.
   */
  open(sink: Sink, actor: Actor, lastEventId: string | null | undefined): Watching {
    const since = /^\d+$/.test(lastEventId ?? '') ? Number(lastEventId) : Number.NaN;
    const isKnown = since <= this.#lastId;
    const stream: Stream = { sink, actor, next: (isKnown ? since : this.#lastId) + 1, waits: false };
    if (lastEventId && !isKnown) stream.waits = !sink.gap();
    this.#streams.add(stream);
    this.#pump(stream);
    return {
      resume: () => {
        stream.waits = false;
        this.#pump(stream);
      },
      leave: () => this.#streams.delete(stream),
    };
  }

  /** Tells everybody who may know of a tenant. */
  tell(name: string, tenant: string | null, payload: unknown): void {
    this.#lastId += 1;
    this.#kept.push({ id: this.#lastId, name, tenant, data: JSON.stringify(payload) });
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    for (const stream of this.#streams) this.#pump(stream);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    clearInterval(this.#heartbeat);
    for (const { sink } of this.#streams) sink.end();
    this.#streams.clear();
  }

  /** Sends what a stream has not got yet, as fast as it is read. */
  #pump(stream: Stream): void {
    const { sink, actor } = stream;
    // Of a gap, too, a reader is told when it reads: one that does not would be sent one with every event.
    if (stream.waits) return;
    const oldest = this.#lastId - this.#kept.length + 1;
    if (stream.next < oldest) {
      stream.next = oldest;
      stream.waits = !sink.gap();
    }
    while (!stream.waits && stream.next <= this.#lastId) {
      const event = this.#kept[stream.next - oldest] as LiveEvent;
      stream.next += 1;
      if (actor.tenant !== undefined && actor.tenant !== event.tenant) continue;
      stream.waits = !sink.event(event);
    }
  }

  #beat(): void {
    for (const { sink } of this.#streams) sink.beat();
  }
}
