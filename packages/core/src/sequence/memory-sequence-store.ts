import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../clock.js';
import { ApiSecurityError } from '../errors.js';
import { growingTo } from '../lru-growth.js';
import { lruPerf } from '../lru-perf.js';
import type { SequenceStore } from './sequence-store.js';
import { SEQUENCE_LENGTH, type Step } from './step.js';
import { StepPool } from './step-pool.js';

export interface MemorySequenceStoreOptions {
  /** Clients held; the one not heard of for longest makes room for a new one. About 130 bytes each, beside their steps. @defaultValue 100,000 */
  readonly maxClients?: number;
  /** Steps held, those of all clients together; here too the client not heard of for longest makes room. At least 16; 280 bytes each, taken as they are needed. @defaultValue 150,000: 42 MB */
  readonly maxSteps?: number;
  /** Clients under watch held beside them, in a place of their own. @defaultValue a tenth of `maxClients`, at most as many as can fill half of `maxSteps` */
  readonly maxWatched?: number;
  /** A client's steps are forgotten this long after the newest, in ms. @defaultValue 30 minutes */
  readonly ttlMs?: number;
  readonly clock?: Clock;
}

/** Longest key kept as it is, in characters; above it a hash stands for it, so that keys cannot fill the memory. */
const MAX_KEY_CHARS = 128;

/** Most clients that are gone through at once, for 1 to 4 ms. Where there are more, the bounds alone make room, one client at a time. */
const MAX_SWEPT = 1_000;

/**
 * Sequences in this process: bounded, without timers, every call synchronous. The reference for stores that are shared.
 *
 * @throws `API_SECURITY_OPTION_INVALID` for a number that is not a positive integer, and for fewer than 16 `maxSteps`
 */
export function memorySequenceStore(options: MemorySequenceStoreOptions = {}): SequenceStore {
  return new MemorySequenceStore(options);
}

class MemorySequenceStore implements SequenceStore {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  /** The sequence of each client, as the pool knows it. */
  readonly #clients: LRUCache<string, number>;
  readonly #watched: LRUCache<string, number>;
  readonly #pool: StepPool;
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(options: MemorySequenceStoreOptions) {
    const maxClients = positive('maxClients', options.maxClients ?? 100_000);
    const maxSteps = positive('maxSteps', options.maxSteps ?? 150_000, SEQUENCE_LENGTH);
    const half = Math.ceil(maxSteps / SEQUENCE_LENGTH / 2);
    const maxWatched = positive('maxWatched', options.maxWatched ?? Math.min(Math.ceil(maxClients / 10), half));
    this.#ttlMs = positive('ttlMs', options.ttlMs ?? 30 * 60_000);
    this.#clock = options.clock ?? systemClock;
    this.#pool = new StepPool(maxSteps);
    const expiry = { ttl: this.#ttlMs, ttlResolution: 0, perf: lruPerf(this.#clock) };
    this.#clients = new LRUCache({
      ...expiry,
      ...growingTo(maxClients),
      dispose: (sequence, _name, reason) => {
        if (reason === 'evict' || reason === 'expire') this.#pool.release(sequence);
      },
    });
    this.#watched = new LRUCache({
      ...expiry,
      ...growingTo(maxWatched),
      dispose: (sequence, name, reason) => {
        const leftMs = reason === 'evict' ? this.#watched.getRemainingTTL(name) : 0;
        // Pushed out by another suspect, a client is one among all again.
        if (leftMs > 0) this.#clients.set(name, sequence, { ttl: leftMs });
        else if (reason === 'evict' || reason === 'expire') this.#pool.release(sequence);
      },
    });
  }

  get size(): number {
    return this.#clients.size + this.#watched.size;
  }

  recent(key: string): readonly Step[] {
    const sequence = this.#sequenceOf(nameOf(key));
    return sequence === undefined ? [] : this.#pool.steps(sequence);
  }

  append(key: string, step: Step): void {
    const name = nameOf(key);
    if (this.#pool.free === 0) this.#makeRoomFor(name);
    const watched = this.#watched.get(name);
    const sequence = watched ?? this.#clients.get(name);
    const home = watched === undefined ? this.#clients : this.#watched;
    // Set anew, so that the time to live begins with this step.
    home.set(sequence === undefined ? detached(name) : name, this.#pool.append(sequence, step));
  }

  watch(key: string): void {
    const name = nameOf(key);
    const leftMs = this.#clients.getRemainingTTL(name);
    const sequence = this.#clients.get(name);
    if (sequence === undefined || leftMs <= 0) return;
    this.#clients.delete(name);
    this.#watched.set(detached(name), sequence, { ttl: leftMs });
  }

  forget(key: string): void {
    const name = nameOf(key);
    const sequence = this.#sequenceOf(name);
    if (sequence === undefined) return;
    this.#watched.delete(name);
    this.#clients.delete(name);
    this.#pool.release(sequence);
  }

  close(): void {
    this.#watched.clear();
    this.#clients.clear();
    this.#pool.clear();
  }

  #sequenceOf(name: string): number | undefined {
    return this.#watched.get(name) ?? this.#clients.get(name);
  }

  /** A free slot for a client's next step, unless that takes the place of its oldest. */
  #makeRoomFor(name: string): void {
    const sequence = this.#sequenceOf(name);
    if (sequence !== undefined && this.#pool.isFull(sequence)) return;
    // One that has expired made room itself, as it was looked for.
    if (this.#pool.free === 0) this.#sweep();
    if (this.#pool.free === 0) this.#pool.grow();
    if (this.#pool.free > 0) return;
    if (this.#clients.size === 0) this.#watched.pop();
    this.#clients.pop();
  }

  /** Drops the expired, so that an app with few clients stays small over days; once a time to live, as it goes through all. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.size > MAX_SWEPT || nowMs - this.#sweptMs <= this.#ttlMs) return;
    this.#sweptMs = nowMs;
    this.#watched.purgeStale();
    this.#clients.purgeStale();
  }
}

/** The key, or a hash in place of a long one: of 129 characters, one more than any key that is kept. */
function nameOf(key: string): string {
  if (key.length <= MAX_KEY_CHARS) return key;
  // As UTF-16: lone surrogates would all be the same in UTF-8.
  return `#${createHash('sha512').update(key, 'utf16le').digest('hex')}`;
}

/** A copy that stands alone: a key may be a piece of a long header, which it would keep in memory. */
function detached(name: string): string {
  return [name.slice(0, 1), name.slice(1)].join('');
}

function positive(name: string, value: number, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `${name} of memorySequenceStore() must be an integer of at least ${least}, got ${value}.`,
  );
}
