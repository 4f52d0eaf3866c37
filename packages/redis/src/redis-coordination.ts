import { randomUUID } from 'node:crypto';
import { type Ban, type Coordination, memoryCoordination, type News, type SharedAlert } from '@api-security/core';
import { BanList } from './ban-list.js';
import { Breaker } from './breaker.js';
import { connectRedis, type RedisAddress } from './connect.js';
import { keyHash } from './key-hash.js';
import { decodeNews, encodeNews } from './news-codec.js';
import { checkNames, positive, prefixOf } from './options.js';
import type { RedisConnection } from './redis-connection.js';
import { COUNT, JOIN_ALERT, PROBE, TELL } from './script.js';

export interface RedisCoordinationOptions extends RedisAddress {
  /** First part of every key and channel; instances with the same one work together. @defaultValue 'api-security' */
  readonly keyPrefix?: string;
  /** Longest time that a command may take, in ms. @defaultValue 50 */
  readonly timeoutMs?: number;
  /** Bans held, in memory and in Redis; those that end first make room. @defaultValue 10,000 */
  readonly maxBans?: number;
}

/** How often an instance asks whether it has missed a ban, in ms; news of them come by themselves. */
const CHECK_MS = 2_000;
const CALLER = 'redisCoordination()';
const OPTIONS = ['client', 'url', 'keyPrefix', 'timeoutMs', 'maxBans'];

/**
 * Counters, open alerts, bans and news that instances share through Redis or Valkey 6.2 and newer: single, Sentinel or Cluster.
 *
 * While Redis is away each instance counts, groups and bans by itself; on return its bans are told to the others, and what it counted
 * is forgotten. Calls never reject.
 *
 * @throws `API_SECURITY_OPTION_INVALID` or `API_SECURITY_OPTION_UNKNOWN`
 * @example
 * createApiSecurity({ coordination: redisCoordination({ url: 'redis://127.0.0.1' }) })
 */
export function redisCoordination(options: RedisCoordinationOptions): RedisCoordination {
  return new RedisCoordination(options);
}

export class RedisCoordination implements Coordination {
  readonly #redis: RedisConnection;
  readonly #breaker: Breaker;
  readonly #prefix: string;
  readonly #channel: string;
  readonly #instance: string = randomUUID();
  /** What stands in while Redis is away, and the bans as this instance knows them. */
  readonly #local: Coordination;
  readonly #listeners = new Set<(news: News) => void>();
  readonly #bans: BanList;
  #tell: (error: unknown) => void = () => {};
  #foreign = 0;
  readonly #hearing: Promise<void>;
  readonly #check: NodeJS.Timeout;

  /** Prefer {@link redisCoordination}. */
  constructor(options: RedisCoordinationOptions) {
    checkNames(CALLER, options, OPTIONS);
    const { keyPrefix = 'api-security', timeoutMs = 50, maxBans = 10_000, ...address } = options;
    positive(CALLER, 'maxBans', maxBans);
    positive(CALLER, 'timeoutMs', timeoutMs);
    this.#prefix = prefixOf(CALLER, keyPrefix);
    this.#channel = `${keyPrefix}:news`;
    this.#local = memoryCoordination({ maxKeys: maxBans });
    this.#redis = connectRedis(CALLER, address);
    this.#breaker = new Breaker({
      isReady: () => this.#redis.isReady,
      probe: () => this.#redis.run(PROBE, [`${keyPrefix}:probe`], []),
      timeoutMs,
      onChange: (error) => this.#tell(error),
      onBack: () => void this.#bans.read(),
    });
    this.#bans = new BanList({
      redis: this.#redis,
      breaker: this.#breaker,
      keyPrefix,
      channel: this.#channel,
      instance: this.#instance,
      maxBans,
      local: this.#local,
      onForeign: (count) => {
        this.#foreign += count;
      },
    });
    this.#hearing = new Promise((resolve) => {
      // Commands have a connection of their own, which may be there later than the one for news.
      const onSubscribed = (): void => void this.#redis.connected.then(() => this.#bans.read()).then(resolve);
      this.#redis.subscribe(this.#channel, (message) => this.#heard(message), onSubscribed);
    });
    this.#check = setInterval(() => void this.#bans.read(), CHECK_MS);
    this.#check.unref();
  }

  /** Resolves when Redis has been reached for the first time and news are heard. Nobody has to wait for it. */
  async connected(): Promise<void> {
    await Promise.all([this.#redis.connected, this.#hearing]);
  }

  /** Messages and values under our names that were none of ours; each counted when it was met, and left out. */
  get foreign(): number {
    return this.#foreign;
  }

  async count(key: string, windowMs: number): Promise<number> {
    const slot = `${this.#prefix}:count:{${keyHash(`${windowMs} ${key}`)}}`;
    try {
      return Number(await this.#breaker.run(() => this.#redis.run(COUNT, [slot], [String(windowMs)])));
    } catch {
      return this.#local.count(key, windowMs);
    }
  }

  async joinAlert(
    key: string,
    mine: { readonly id: string; readonly at: number },
    windowMs: number,
  ): Promise<SharedAlert> {
    const group = `${this.#prefix}:alert:{${keyHash(key)}}`;
    const args = [mine.id, String(mine.at), String(windowMs)];
    try {
      const [id, count, firstAt, lastAt] = (await this.#breaker.run(() =>
        this.#redis.run(JOIN_ALERT, [group], args),
      )) as unknown[];
      return { id: String(id), count: Number(count), firstAt: Number(firstAt), lastAt: Number(lastAt) };
    } catch {
      return this.#local.joinAlert(key, mine, windowMs);
    }
  }

  banOf(tenant: string | null, clientKey: string): Ban | null {
    return this.#local.banOf(tenant, clientKey);
  }

  ban(ban: Ban): Promise<void> {
    return this.#bans.ban({ ...ban });
  }

  unban(tenant: string | null, clientKey: string): Promise<Ban | null> {
    return this.#bans.unban(tenant, clientKey);
  }

  bans(tenant?: string | null): ReturnType<Coordination['bans']> {
    return this.#local.bans(tenant);
  }

  publish(news: News): void {
    const message = encodeNews(this.#instance, news);
    const keys = [`${this.#prefix}:{bans}`];
    this.#breaker.run(() => this.#redis.run(TELL, keys, [this.#channel, message])).catch(() => {});
  }

  subscribe(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onTrouble(listener: (error: unknown) => void): void {
    this.#tell = listener;
  }

  /** Ends what was connected here. Idempotent. */
  close(): void {
    clearInterval(this.#check);
    this.#breaker.close();
    this.#redis.close();
    this.#listeners.clear();
    void this.#local.close();
  }

  #heard(message: string): void {
    const told = decodeNews(message);
    if (told === null) this.#foreign += 1;
    if (told === null || told.from === this.#instance) return;
    const { news } = told;
    if (news.event === 'banned') void this.#bans.heard({ ban: news.payload });
    if (news.event === 'unbanned') void this.#bans.heard({ ...news.payload, lifted: null });
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch {
        // What a listener makes of news is its own.
      }
    }
  }
}
