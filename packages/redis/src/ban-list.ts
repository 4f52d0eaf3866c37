import { randomUUID } from 'node:crypto';
import type { Ban, Coordination } from '@api-security/core';
import { parseBan } from './ban-codec.js';
import type { Breaker } from './breaker.js';
import { keyHash } from './key-hash.js';
import { encodeNews } from './news-codec.js';
import type { RedisConnection } from './redis-connection.js';
import { BAN, BANS, UNBAN } from './script.js';

export interface BanListOptions {
  readonly redis: RedisConnection;
  readonly breaker: Breaker;
  readonly keyPrefix: string;
  /** Where bans are told of. */
  readonly channel: string;
  /** Who tells. */
  readonly instance: string;
  /** Bans held, in memory and in Redis. */
  readonly maxBans: number;
  /** The bans in memory: what this instance goes by. */
  readonly local: Pick<Coordination, 'ban' | 'unban' | 'banOf' | 'bans'>;
  /** Told how many values in Redis were no bans. */
  readonly onForeign: (count: number) => void;
}

/** Time limit for reading all bans, in ms: nobody waits for it, and ten thousand are some megabytes. */
const READ_MS = 1_000;

/** What became of a client here: banned, or not any more. */
type Change =
  | { readonly ban: Ban }
  | { readonly tenant: string | null; readonly clientKey: string; readonly lifted: Ban | null };

/** The bans in memory and in Redis, kept the same. */
export class BanList {
  readonly #options: BanListOptions;
  readonly #keys: readonly [bans: string, ends: string, version: string];
  /** What Redis has not been told of, by field; the newest of each client. */
  readonly #untold = new Map<string, Change>();
  /** Fields that have changed since the read that is under way was sent: of those it may be too old. */
  #touched = new Set<string>();
  #reading: Promise<void> = Promise.resolve();
  #version: readonly [epoch: string, changes: string] = ['', '0'];

  constructor(options: BanListOptions) {
    this.#options = options;
    // One tag, so that a Cluster keeps them together: scripts read and write all of them.
    const key = `${options.keyPrefix}:{bans}`;
    this.#keys = [key, `${key}:ends`, `${key}:version`];
  }

  async ban(ban: Ban): Promise<void> {
    await this.heard({ ban });
    if (ban.until > Date.now()) await this.#tell({ ban });
  }

  async unban(tenant: string | null, clientKey: string): Promise<Ban | null> {
    const lifted = this.#options.local.banOf(tenant, clientKey);
    const change = { tenant, clientKey, lifted };
    await this.heard(change);
    return parseBan(await this.#tell(change)) ?? lifted;
  }

  /** Takes a change into memory that others have made, or that Redis will be told of. */
  async heard(change: Change): Promise<void> {
    const { local } = this.#options;
    this.#touched.add(fieldOf(change));
    if ('ban' in change) await local.ban(change.ban);
    else await local.unban(change.tenant, change.clientKey);
  }

  /** Tells Redis what it has missed, then makes the bans in memory those that it holds. One read after the other. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readNow()).catch(() => {});
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    for (const [field, change] of [...this.#untold]) {
      this.#untold.delete(field);
      await this.#tell(change);
    }
    const { redis, breaker, local, onForeign } = this.#options;
    this.#touched = new Set(this.#untold.keys());
    const touched = this.#touched;
    const answer = (await breaker.run(() => redis.run(BANS, this.#keys, this.#version), READ_MS)) as unknown[];
    const [epoch = '', changes = '0', ...values] = answer.map(String);
    const [knownEpoch, knownChanges] = this.#version;
    if (epoch === knownEpoch && changes === knownChanges) return;
    this.#version = [epoch, changes];
    const held = values.map(parseBan).filter((ban) => ban !== null);
    onForeign(values.length - held.length);

    const fields = new Set(held.map((ban) => fieldOf({ ban })));
    // A server that came back empty, or a replica that had not heard it all, has not lifted what it does not know.
    const hasLost = knownEpoch !== '' && (epoch !== knownEpoch || Number(changes) < Number(knownChanges));
    for (const ban of await local.bans()) {
      const field = fieldOf({ ban });
      if (fields.has(field) || touched.has(field)) continue;
      if (hasLost) await this.#tell({ ban });
      else await local.unban(ban.tenant, ban.clientKey);
    }
    for (const ban of held) if (!touched.has(fieldOf({ ban }))) await local.ban(ban);
  }

  /** Now, or when Redis is back. @returns what it answers; null when it is away */
  async #tell(change: Change): Promise<unknown> {
    const { redis, breaker, channel, instance, maxBans } = this.#options;
    const field = fieldOf(change);
    try {
      if ('ban' in change) {
        const { ban } = change;
        const message = encodeNews(instance, { event: 'banned', payload: ban });
        const until = String(Math.ceil(ban.until));
        const args = [field, until, JSON.stringify(ban), randomUUID(), String(maxBans), channel, message];
        return await breaker.run(() => redis.run(BAN, this.#keys, args));
      }
      const { tenant, clientKey, lifted } = change;
      const payload = lifted ?? { tenant, clientKey, from: 0, until: 0, reason: '', by: '' };
      const args = [field, lifted ? '1' : '0', channel, encodeNews(instance, { event: 'unbanned', payload })];
      return await breaker.run(() => redis.run(UNBAN, this.#keys, args));
    } catch {
      this.#untold.delete(field);
      this.#untold.set(field, change);
      const [oldest = ''] = this.#untold.keys();
      if (this.#untold.size > maxBans) this.#untold.delete(oldest);
      return null;
    }
  }
}

/** Hash of tenant and client; JSON keeps the two apart and tells null from the text. */
function fieldOf(change: Change): string {
  const { tenant, clientKey } = 'ban' in change ? change.ban : change;
  return keyHash(JSON.stringify([tenant, clientKey]));
}
