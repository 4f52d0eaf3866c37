import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../clock.js';
import { ApiSecurityError } from '../errors.js';
import { growingTo } from '../lru-growth.js';
import { lruPerf } from '../lru-perf.js';
import type { Ban } from './ban.js';
import type { Coordination, News, SharedAlert } from './coordination.js';

export interface MemoryCoordinationOptions {
  /** Counters, open alerts and bans held, each; what was touched longest ago makes room. @defaultValue 10,000 */
  readonly maxKeys?: number;
  readonly clock?: Clock;
}

/** Parts of a counter's window that end one after the other. */
const SLICES = 10;

/**
 * Coordination of one process with itself: bounded, without timers, every call synchronous. The reference for those that are
 * shared, and what they fall back to.
 *
 * @throws `API_SECURITY_OPTION_INVALID` for a number that is not a positive integer
 */
export function memoryCoordination(options: MemoryCoordinationOptions = {}): Coordination {
  return new MemoryCoordination(options);
}

class MemoryCoordination implements Coordination {
  readonly #clock: Clock;
  readonly #counters: LRUCache<string, Counter>;
  readonly #alerts: LRUCache<string, SharedAlert>;
  readonly #bans: LRUCache<string, Ban>;

  constructor({ maxKeys = 10_000, clock = systemClock }: MemoryCoordinationOptions) {
    if (!Number.isInteger(maxKeys) || maxKeys < 1) {
      const message = `maxKeys of memoryCoordination() must be a positive integer, got ${maxKeys}.`;
      throw new ApiSecurityError('API_SECURITY_OPTION_INVALID', message);
    }
    this.#clock = clock;
    const bounds = { ...growingTo(maxKeys), ttlResolution: 0, perf: lruPerf(clock) };
    this.#counters = new LRUCache(bounds);
    this.#alerts = new LRUCache(bounds);
    this.#bans = new LRUCache(bounds);
  }

  count(key: string, windowMs: number): number {
    const slot = Math.floor((this.#clock.monotonicMs() * SLICES) / windowMs);
    const id = JSON.stringify([key, windowMs]);
    const counter = this.#counters.get(id) ?? { slices: new Uint32Array(SLICES), newest: slot };
    for (let gone = Math.min(slot - counter.newest, SLICES); gone > 0; gone--) {
      counter.slices[(slot - gone + 1) % SLICES] = 0;
    }
    counter.newest = slot;
    counter.slices[slot % SLICES] = (counter.slices[slot % SLICES] as number) + 1;
    this.#counters.set(id, counter, { ttl: windowMs });
    return counter.slices.reduce((sum, slice) => sum + slice, 0);
  }

  joinAlert(key: string, { id, at }: { readonly id: string; readonly at: number }, windowMs: number): SharedAlert {
    const open = this.#alerts.get(key) ?? { id, count: 0, firstAt: at, lastAt: at };
    const joined = {
      id: open.id,
      count: open.count + 1,
      // Assessments may come out of order, and the wall clock may jump.
      firstAt: Math.min(open.firstAt, at),
      lastAt: Math.max(open.lastAt, at),
    };
    this.#alerts.set(key, joined, { ttl: windowMs });
    return joined;
  }

  banOf(tenant: string | null, clientKey: string): Ban | null {
    return this.#bans.size === 0 ? null : (this.#bans.get(banKey(tenant, clientKey)) ?? null);
  }

  ban(ban: Ban): void {
    const ttl = Math.ceil(ban.until - this.#clock.now());
    if (ttl > 0) this.#bans.set(banKey(ban.tenant, ban.clientKey), Object.freeze({ ...ban }), { ttl });
  }

  unban(tenant: string | null, clientKey: string): Ban | null {
    const ban = this.banOf(tenant, clientKey);
    this.#bans.delete(banKey(tenant, clientKey));
    return ban;
  }

  bans(tenant?: string | null): readonly Ban[] {
    const all = [...this.#bans.values()].filter((ban) => tenant === undefined || ban.tenant === tenant);
    return all.sort((a, b) => b.from - a.from);
  }

  publish(_news: News): void {}

  subscribe(_listener: (news: News) => void): () => void {
    return () => {};
  }

  close(): void {
    this.#counters.clear();
    this.#alerts.clear();
    this.#bans.clear();
  }
}

/** A count in slices of its window, the newest at `newest % SLICES`. */
interface Counter {
  readonly slices: Uint32Array;
  newest: number;
}

/** JSON keeps the parts apart whatever characters they have, and tells null from the text. */
function banKey(tenant: string | null, clientKey: string): string {
  return JSON.stringify([tenant, clientKey]);
}
