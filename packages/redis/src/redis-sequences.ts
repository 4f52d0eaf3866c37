import { memorySequenceStore, SEQUENCE_LENGTH, type SequenceStore, type Step } from '@api-security/core';
import { LRUCache } from 'lru-cache';
import { Breaker } from './breaker.js';
import { connectRedis, type RedisAddress } from './connect.js';
import { keyHash } from './key-hash.js';
import type { RedisConnection } from './redis-connection.js';
import { APPEND } from './script.js';
import { decodeSteps, encodeStep } from './step-codec.js';

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

/** Clients whose steps are kept for Redis while it is away. */
const MAX_MISSED = 10_000;

/**
 * Sequences that instances share through Redis or Valkey 6.2 and newer: single, Sentinel or Cluster. A step is appended and the
 * newest are read in one round trip, by a script, so that none is lost when several instances append to one client.
 *
 * While Redis is away each instance goes by the steps that it has seen itself; on return those that Redis has missed are appended
 * to its own. Calls never reject.
 *
 * @throws `API_SECURITY_OPTION_INVALID`
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
  /** Steps that Redis has missed, by client. */
  readonly #missed: LRUCache<string, Step[]>;
  #tell: (error: unknown) => void = () => {};
  #foreign = 0;

  /** Prefer {@link redisSequences}. */
  constructor({
    keyPrefix = 'api-security',
    ttlMs = 30 * 60_000,
    maxLocalClients,
    timeoutMs,
    ...address
  }: RedisSequencesOptions) {
    this.#local = memorySequenceStore({ ttlMs, ...(maxLocalClients !== undefined && { maxClients: maxLocalClients }) });
    this.#redis = connectRedis('redisSequences()', address);
    this.#prefix = `${keyPrefix}:steps:`;
    this.#ttlMs = ttlMs;
    this.#missed = new LRUCache({ max: MAX_MISSED, ttl: ttlMs });
    this.#breaker = new Breaker({
      isReady: () => this.#redis.isReady,
      probe: () => this.#redis.get(`${this.#prefix}probe`),
      ...(timeoutMs !== undefined && { timeoutMs }),
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
      const row = await this.#breaker.run(() => this.#redis.get(this.#keyOf(key)));
      return row === null ? [] : (this.#decoded(row) ?? []);
    } catch (error) {
      if (isWrongType(error)) return this.#isForeign([]);
      return this.#local.recent(key);
    }
  }

  async append(key: string, step: Step): Promise<readonly Step[]> {
    const copy = { ...step, values: step.values.slice() };
    const own = await this.#local.append(key, copy);
    try {
      const row = await this.#breaker.run(() => this.#append(key, copy, false));
      return this.#decoded(row) ?? [step];
    } catch {
      this.#miss(key, copy);
      return own;
    }
  }

  watch(key: string): void {
    this.#local.watch?.(key);
  }

  async forget(key: string): Promise<void> {
    await this.#local.forget(key);
    this.#missed.delete(key);
    await this.#breaker.run(() => this.#redis.del(this.#keyOf(key))).catch(() => {});
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

  async #append(key: string, step: Step, isLate: boolean): Promise<Buffer> {
    const args = [encodeStep(step), String(SEQUENCE_LENGTH), String(this.#ttlMs), isLate ? '1' : '0'];
    return (await this.#redis.run(APPEND, [this.#keyOf(key)], args)) as Buffer;
  }

  #decoded(row: Buffer): readonly Step[] | null {
    return decodeSteps(row) ?? this.#isForeign(null);
  }

  #isForeign<T>(instead: T): T {
    this.#foreign += 1;
    return instead;
  }

  #miss(key: string, step: Step): void {
    const steps = this.#missed.get(key) ?? [];
    steps.push(step);
    this.#missed.set(key, steps.slice(-SEQUENCE_LENGTH));
  }

  /** Appends what Redis has missed, client by client; a step whose answer alone was lost is not appended twice. */
  async #catchUp(): Promise<void> {
    for (const key of [...this.#missed.keys()]) {
      const steps = this.#missed.get(key) ?? [];
      this.#missed.delete(key);
      for (const [index, step] of steps.entries()) {
        try {
          await this.#breaker.run(() => this.#append(key, step, true));
        } catch {
          for (const left of steps.slice(index)) this.#miss(key, left);
          if (this.#breaker.isOpen) return;
          break;
        }
      }
    }
  }
}

/** Another type of value under our key. */
function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}
