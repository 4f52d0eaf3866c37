import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../clock.js';
import { ApiSecurityError } from '../errors.js';
import { lruPerf } from '../lru-perf.js';
import { RingBuffer } from './ring-buffer.js';
import type { SequenceStore } from './sequence-store.js';
import { SEQUENCE_LENGTH, type Step } from './step.js';

export interface MemorySequenceStoreOptions {
  /** Clients held; the one not heard of for longest makes room for a new one. About 6 kB each at most. @defaultValue 10,000 */
  readonly maxClients?: number;
  /** Clients under watch held beside them, in a place of their own. @defaultValue a tenth of `maxClients` */
  readonly maxWatched?: number;
  /** A client's steps are forgotten this long after the newest, in ms. @defaultValue 30 minutes */
  readonly ttlMs?: number;
  readonly clock?: Clock;
}

/** Longest key kept as it is, in characters; above it a hash stands for it, so that keys cannot fill the memory. */
const MAX_KEY_CHARS = 128;

/**
 * Sequences in this process: bounded, without timers, every call synchronous. The reference for stores that are shared.
 *
 * @throws `API_SECURITY_OPTION_INVALID` for a number that is not a positive integer
 */
export function memorySequenceStore(options: MemorySequenceStoreOptions = {}): SequenceStore {
  return new MemorySequenceStore(options);
}

class MemorySequenceStore implements SequenceStore {
  readonly #clients: LRUCache<string, RingBuffer>;
  readonly #watched: LRUCache<string, RingBuffer>;
  /** Buffers of clients that are gone, for the next ones: a storm of newcomers makes no garbage. Never more than were in use at once. */
  readonly #spare: RingBuffer[] = [];

  constructor(options: MemorySequenceStoreOptions) {
    const maxClients = positive('maxClients', options.maxClients ?? 10_000);
    const maxWatched = positive('maxWatched', options.maxWatched ?? Math.ceil(maxClients / 10));
    const expiry = {
      ttl: positive('ttlMs', options.ttlMs ?? 30 * 60_000),
      ttlResolution: 0,
      perf: lruPerf(options.clock ?? systemClock),
    };
    this.#clients = new LRUCache({
      ...expiry,
      max: maxClients,
      dispose: (ring, _key, reason) => {
        if (reason === 'evict' || reason === 'expire') this.#recycle(ring);
      },
    });
    this.#watched = new LRUCache({
      ...expiry,
      max: maxWatched,
      dispose: (ring, key, reason) => {
        // Pushed out by another suspect, a client is one among all again.
        if (reason === 'evict') this.#clients.set(key, ring);
        else if (reason === 'expire') this.#recycle(ring);
      },
    });
  }

  get size(): number {
    return this.#clients.size + this.#watched.size;
  }

  recent(key: string): readonly Step[] {
    const slot = slotOf(key);
    return (this.#watched.get(slot) ?? this.#clients.get(slot))?.snapshot() ?? [];
  }

  append(key: string, step: Step): readonly Step[] {
    const slot = slotOf(key);
    const watched = this.#watched.get(slot);
    const ring = watched ?? this.#clients.get(slot) ?? this.#newRing();
    ring.push(step);
    // Set anew, so that the time to live begins with this step.
    (watched === undefined ? this.#clients : this.#watched).set(slot, ring);
    return ring.snapshot();
  }

  watch(key: string): void {
    const slot = slotOf(key);
    if (this.#watched.get(slot) !== undefined) return;
    const ring = this.#clients.get(slot) ?? this.#newRing();
    this.#clients.delete(slot);
    // Expired suspects leave first: pushed out, they would come back to life among the clients.
    if (this.#watched.size === this.#watched.max) this.#watched.purgeStale();
    this.#watched.set(slot, ring);
  }

  forget(key: string): void {
    const slot = slotOf(key);
    this.#watched.delete(slot);
    this.#clients.delete(slot);
  }

  close(): void {
    this.#watched.clear();
    this.#clients.clear();
    this.#spare.length = 0;
  }

  #newRing(): RingBuffer {
    return this.#spare.pop() ?? new RingBuffer(SEQUENCE_LENGTH);
  }

  #recycle(ring: RingBuffer): void {
    ring.clear();
    this.#spare.push(ring);
  }
}

/** The prefix tells kept keys from hashed ones, so that no key can be written to look like another's hash. */
function slotOf(key: string): string {
  if (key.length <= MAX_KEY_CHARS) return `=${key}`;
  // As UTF-16: lone surrogates would all be the same in UTF-8.
  return `#${createHash('sha256').update(key, 'utf16le').digest('base64')}`;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ApiSecurityError(
    'API_SECURITY_OPTION_INVALID',
    `${name} of memorySequenceStore() must be a positive integer, got ${value}.`,
  );
}
