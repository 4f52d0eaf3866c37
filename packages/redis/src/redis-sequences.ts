import { memorySequenceStore, SEQUENCE_LENGTH, type SequenceStore, type Step } from '@api-security/core';
import { LRUCache } from 'lru-cache';
import { Breaker } from './breaker.js';
import { connectRedis, type RedisAddress } from './connect.js';
import { keyHash } from './key-hash.js';
import { checkNames, positive, prefixOf } from './options.js';
import type { RedisConnection } from './redis-connection.js';
import { APPEND, MERGE, PROBE } from './script.js';
import { decodeSteps, encodeStep, STEP_BYTES } from './step-codec.js';

export interface RedisSequencesOptions extends RedisAddress {
  /** First part of every key; instances with the same one share their clients. @defaultValue 'api-security' */
  readonly keyPrefix?: string;
  /** A client's steps are forgotten this long after the newest, in ms. @defaultValue 30 minutes */
  readonly ttlMs?: number;
  /** Longest time that a command may take, in ms. @defaultValue 50 */
  readonly timeoutMs?: number;
  /** Clients whose own steps on this instance are held in memory, for times when Redis is away. @defaultValue 10,000 */
  readonly maxLocalClients?: number;
}

const CALLER = 'redisSequences()';
const OPTIONS = ['client', 'url', 'keyPrefix', 'ttlMs', 'timeoutMs', 'maxLocalClients'];

/** What Redis has not been told of a client. */
interface Missed {
  /** Whether what it holds is to be forgotten first. */
  readonly isForgotten: boolean;
  readonly steps: readonly Step[];
}

/**
 * Sequences that instances share through Redis or Valkey 6.2 and newer: single, Sentinel or Cluster. A step is appended in one round
 * trip, by a script, so that none is lost when several instances append to one client.
 *
 * While Redis is away each instance goes by the steps that it has seen itself; on return those that Redis has missed are merged
 * with its own in the order of their arrival. Calls never reject.
 *
 * @throws `API_SECURITY_OPTION_INVALID` or `API_SECURITY_OPTION_UNKNOWN`
 * @example
 * createApiSecurity({ sequences: redisSequences({ url: 'redis://127.0.0.1' }), secret: process.env.SECURITY_SECRET })
 */
export function redisSequences(options: RedisSequencesOptions): RedisSequences {
  return new RedisSequences(options);
}

export class RedisSequences implements SequenceStore {
  readonly #redis: RedisConnection;
  readonly #breaker: Breaker;
  readonly #prefix: string;
  readonly #ttlMs: number;
  /** What this instance saw itself. */
  readonly #local: SequenceStore;
  /** By client, as many as are held here. */
  readonly #missed: LRUCache<string, Missed>;
  #tell: (error: unknown) => void = () => {};
  #foreign = 0;

  /** Prefer {@link redisSequences}. */
  constructor(options: RedisSequencesOptions) {
    checkNames(CALLER, options, OPTIONS);
    const {
      keyPrefix = 'api-security',
      ttlMs = 30 * 60_000,
      timeoutMs = 50,
      maxLocalClients = 10_000,
      ...address
    } = options;
    this.#ttlMs = positive(CALLER, 'ttlMs', ttlMs);
    positive(CALLER, 'timeoutMs', timeoutMs);
    positive(CALLER, 'maxLocalClients', maxLocalClients);
    this.#prefix = `${prefixOf(CALLER, keyPrefix)}:steps:`;
    this.#local = memorySequenceStore({
      ttlMs,
      maxClients: maxLocalClients,
      maxSteps: maxLocalClients * SEQUENCE_LENGTH,
    });
    this.#missed = new LRUCache({ max: maxLocalClients, ttl: ttlMs });
    this.#redis = connectRedis(CALLER, address);
    this.#breaker = new Breaker({
      isReady: () => this.#redis.isReady,
      probe: () => this.#redis.run(PROBE, [`${this.#prefix}probe`], []),
      timeoutMs,
      onChange: (error) => this.#tell(error),
      onBack: () => void this.#catchUp(),
    });
  }

  /** Resolves when Redis has been reached for the first time. Until then local state stands in: nobody has to wait for it. */
  connected(): Promise<void> {
    return this.#redis.connected;
  }

  /** Rows under our keys that held something else; each counted when it was met, and left out. */
  get foreign(): number {
    return this.#foreign;
  }

  async recent(key: string): Promise<readonly Step[]> {
    try {
      const row = await this.#breaker.run(() => this.#redis.get(this.#keyOf(key)).catch(asForeign));
      return row === null ? [] : (this.#decoded(row) ?? []);
    } catch {
      return this.#local.recent(key);
    }
  }

  async append(key: string, step: Step): Promise<void> {
    const copy = { ...step, values: step.values.slice() };
    await this.#local.append(key, copy);
    const args = [encodeStep(copy), String(SEQUENCE_LENGTH), String(this.#ttlMs)];
    try {
      await this.#breaker.run(() => this.#redis.run(APPEND, [this.#keyOf(key)], args));
    } catch {
      const { isForgotten, steps } = this.#missed.get(key) ?? NOTHING;
      this.#missed.set(key, { isForgotten, steps: [...steps, copy].slice(-SEQUENCE_LENGTH) });
    }
  }

  watch(key: string): void {
    this.#local.watch?.(key);
  }

  async forget(key: string): Promise<void> {
    await this.#local.forget(key);
    this.#missed.delete(key);
    try {
      await this.#breaker.run(() => this.#redis.del(this.#keyOf(key)));
    } catch {
      this.#missed.set(key, { isForgotten: true, steps: [] });
    }
  }

  onTrouble(listener: (error: unknown) => void): void {
    this.#tell = listener;
  }

  /** Ends what was connected here. Idempotent. */
  close(): void {
    this.#breaker.close();
    this.#redis.close();
    this.#missed.clear();
    void this.#local.close();
  }

  #keyOf(key: string): string {
    return `${this.#prefix}{${keyHash(key)}}`;
  }

  #decoded(row: Buffer): readonly Step[] | null {
    const steps = decodeSteps(row);
    if (steps === null) this.#foreign += 1;
    return steps;
  }

  /** Tells Redis what it has missed, client by client; a step whose answer alone was lost is not added twice. */
  async #catchUp(): Promise<void> {
    for (const key of [...this.#missed.keys()]) {
      const missed = this.#missed.get(key);
      if (missed === undefined) continue;
      this.#missed.delete(key);
      const { isForgotten, steps } = missed;
      const late = Buffer.concat(steps.map(encodeStep));
      const numbers = [STEP_BYTES, SEQUENCE_LENGTH, this.#ttlMs, isForgotten ? 1 : 0].map(String);
      try {
        await this.#breaker.run(() => this.#redis.run(MERGE, [this.#keyOf(key)], [late, ...numbers]));
      } catch {
        // What came meanwhile is newer.
        const since = this.#missed.get(key) ?? NOTHING;
        this.#missed.set(key, {
          isForgotten: isForgotten || since.isForgotten,
          steps: since.isForgotten ? since.steps : [...steps, ...since.steps].slice(-SEQUENCE_LENGTH),
        });
        if (this.#breaker.isOpen) return;
      }
    }
  }
}

const NOTHING: Missed = { isForgotten: false, steps: [] };

/** Another type of value under our key is nothing that steps can be read from; any other error stays one. */
function asForeign(error: unknown): Buffer {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return Buffer.of(0);
  throw error;
}
