import { randomUUID } from 'node:crypto';
import { type Ban, type Coordination, memoryCoordination, type News, type SharedAlert } from '@api-security/core';
import { Breaker } from './breaker.js';
import { connectRedis, type RedisAddress } from './connect.js';
import { keyHash } from './key-hash.js';
import { decodeNews, encodeNews } from './news-codec.js';
import type { RedisConnection } from './redis-connection.js';
import { BAN, BANS, COUNT, JOIN_ALERT, UNBAN } from './script.js';

export interface RedisCoordinationOptions extends RedisAddress {
  /** First part of every key and channel; instances with the same one work together. @defaultValue 'api-security' */
  readonly keyPrefix?: string;
  /** Longest time that a command may take, in ms. @defaultValue 50 */
  readonly timeoutMs?: number;
  /** Bans held in memory on each instance; the oldest makes room. @defaultValue 10,000 */
  readonly maxBans?: number;
}

/** How often an instance asks whether it has missed a ban, in ms; news of them come by themselves. */
const CHECK_MS = 2_000;
/** Bans and unbans that wait while Redis is away. */
const MAX_WAITING = 1_000;

/**
 * Counters, open alerts, bans and news that instances share through Redis or Valkey 6.2 and newer: single, Sentinel or Cluster.
 *
 * While Redis is away each instance counts, groups and bans by itself; on return its bans are told to the others, and what it counted
 * is forgotten. Calls never reject.
 *
 * @throws `API_SECURITY_OPTION_INVALID`
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
  /** Bans and unbans that Redis has not been told of. */
  #waiting: (() => Promise<unknown>)[] = [];
  #tell: (error: unknown) => void = () => {};
  #version = '';
  #foreign = 0;
  readonly #hearing: Promise<void>;
  readonly #check: NodeJS.Timeout;

  /** Prefer {@link redisCoordination}. */
  constructor({ keyPrefix = 'api-security', timeoutMs, maxBans, ...address }: RedisCoordinationOptions) {
    this.#local = memoryCoordination(maxBans === undefined ? {} : { maxKeys: maxBans });
    this.#redis = connectRedis('redisCoordination()', address);
    this.#prefix = keyPrefix;
    this.#channel = `${keyPrefix}:news`;
    this.#breaker = new Breaker({
      isReady: () => this.#redis.isReady,
      probe: () => this.#redis.get(`${keyPrefix}:probe`),
      ...(timeoutMs !== undefined && { timeoutMs }),
      onChange: (error) => this.#tell(error),
      onBack: () => void this.#catchUp(),
    });
    this.#hearing = new Promise((resolve) => {
      const onSubscribed = (): void => void this.#readBans().then(resolve);
      this.#redis.subscribe(this.#channel, (message) => this.#heard(message), onSubscribed);
    });
    this.#check = setInterval(() => void this.#readBans(), CHECK_MS);
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

  async ban(ban: Ban): Promise<void> {
    await this.#local.ban(ban);
    if (ban.until <= Date.now()) return;
    const message = encodeNews(this.#instance, { event: 'banned', payload: ban });
    await this.#share(() =>
      this.#redis.run(BAN, this.#banKeys(), [fieldOf(ban), storedBan(ban), this.#channel, message]),
    );
  }

  async unban(tenant: string | null, clientKey: string): Promise<Ban | null> {
    const lifted = await this.#local.unban(tenant, clientKey);
    const told: News = { event: 'unbanned', payload: lifted ?? nobody(tenant, clientKey) };
    const args = [fieldOf({ tenant, clientKey }), '', this.#channel, encodeNews(this.#instance, told)];
    const answer = await this.#share(() => this.#redis.run(UNBAN, this.#banKeys(), args));
    return lifted ?? parseBan(answer);
  }

  bans(tenant?: string | null): ReturnType<Coordination['bans']> {
    return this.#local.bans(tenant);
  }

  publish(news: News): void {
    const message = encodeNews(this.#instance, news);
    this.#breaker.run(() => this.#redis.publish(this.#channel, message)).catch(() => {});
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

  /** One tag, so that a Cluster keeps them together: scripts read and write both. */
  #banKeys(): readonly [bans: string, version: string] {
    return [`${this.#prefix}:{bans}`, `${this.#prefix}:{bans}:version`];
  }

  /** Does it now, or when Redis is back. */
  async #share(change: () => Promise<unknown>): Promise<unknown> {
    try {
      return await this.#breaker.run(change);
    } catch {
      this.#waiting = [...this.#waiting, change].slice(-MAX_WAITING);
      return null;
    }
  }

  /** Tells Redis what it has missed, then learns what this instance has. */
  async #catchUp(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const change of waiting) await this.#share(change);
    if (this.#waiting.length === 0) await this.#readBans();
  }

  /** Makes the bans in memory those that Redis holds, if they are others. */
  async #readBans(): Promise<void> {
    if (this.#waiting.length > 0) {
      await this.#catchUp();
      return;
    }
    let answer: unknown[];
    try {
      answer = (await this.#breaker.run(() => this.#redis.run(BANS, this.#banKeys(), [this.#version]))) as unknown[];
    } catch {
      return;
    }
    const [version, ...held] = answer;
    if (String(version) === this.#version) return;
    this.#version = String(version);
    const bans = held.map(parseBan).filter((ban) => ban !== null);
    this.#foreign += held.length - bans.length;
    const kept = new Set(bans.map(fieldOf));
    for (const ban of await this.#local.bans()) {
      if (!kept.has(fieldOf(ban))) await this.#local.unban(ban.tenant, ban.clientKey);
    }
    for (const ban of bans) await this.#local.ban(ban);
  }

  #heard(message: string): void {
    const told = decodeNews(message);
    if (told === null) this.#foreign += 1;
    if (told === null || told.from === this.#instance) return;
    const { news } = told;
    if (news.event === 'banned') void this.#local.ban(news.payload);
    if (news.event === 'unbanned') void this.#local.unban(news.payload.tenant, news.payload.clientKey);
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch {
        // What a listener makes of news is its own.
      }
    }
  }
}

/** Hash of tenant and client; JSON keeps the two apart and tells null from the text. */
function fieldOf({ tenant, clientKey }: Pick<Ban, 'tenant' | 'clientKey'>): string {
  return keyHash(JSON.stringify([tenant, clientKey]));
}

/** What is told of an unban when this instance did not know the ban. */
function nobody(tenant: string | null, clientKey: string): Ban {
  return { tenant, clientKey, from: 0, until: 0, reason: '', by: '' };
}

/** When it ends, for the script; then the ban. */
function storedBan(ban: Ban): string {
  return `${Math.ceil(ban.until)} ${JSON.stringify(ban)}`;
}

/** Null for what is no {@link storedBan}. */
function parseBan(stored: unknown): Ban | null {
  try {
    const text = String(stored);
    const ban: Partial<Ban> = Object(JSON.parse(text.slice(text.indexOf(' ') + 1)));
    const isBan =
      typeof ban.clientKey === 'string' &&
      (ban.tenant === null || typeof ban.tenant === 'string') &&
      typeof ban.from === 'number' &&
      typeof ban.until === 'number' &&
      typeof ban.reason === 'string' &&
      typeof ban.by === 'string';
    return isBan ? (ban as Ban) : null;
  } catch {
    return null;
  }
}
