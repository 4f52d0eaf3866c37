import { createRequire } from 'node:module';
import { ApiSecurityError } from '@api-security/core';
import { type IoredisClient, ioredisConnection } from './ioredis-connection.js';
import { type NodeRedisClient, nodeRedisConnection } from './node-redis-connection.js';
import { invalid } from './options.js';
import type { RedisConnection } from './redis-connection.js';

/** A client of `ioredis` 5 or 6, or of `redis` (node-redis) 5 or 6. It stays its owner's: closing a store leaves it open. */
export type RedisClient = IoredisClient | NodeRedisClient;

/** Where the Redis is: one of the two. */
export interface RedisAddress {
  /** A client that exists: single, Sentinel or Cluster. A connection for hearing news is made from it by `duplicate()`. */
  readonly client?: RedisClient;
  /** `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS; needs the package `ioredis`. */
  readonly url?: string;
}

/** Longest time between two tries to connect, in ms. */
const MAX_RETRY_MS = 2_000;

/**
 * @throws `API_SECURITY_OPTION_INVALID` for a client of another library, and for neither or both of client and url;
 * `API_SECURITY_DEPENDENCY_MISSING` for a url where `ioredis` is not installed
 */
export function connectRedis(caller: string, { client, url }: RedisAddress): RedisConnection {
  if ((client === undefined) === (url === undefined)) throw invalid(`${caller} needs either "client" or "url".`);
  if (url !== undefined) return ioredisConnection(clientOf(caller, url), true);
  if (hasMethod(client, 'callBuffer')) return ioredisConnection(client as IoredisClient, false);
  if (hasMethod(client, 'withTypeMapping')) return nodeRedisConnection(client as NodeRedisClient, false);
  throw invalid(`"client" of ${caller} must be a client of ioredis 5 or 6, or of redis 5 or 6.`);
}

function clientOf(caller: string, url: string): IoredisClient {
  if (!/^rediss?:\/\//.test(url)) throw invalid(`"url" of ${caller} must begin with redis:// or rediss://.`);
  let ioredis: { Redis: new (url: string, options: object) => IoredisClient };
  try {
    ioredis = createRequire(import.meta.url)('ioredis');
  } catch (cause) {
    const message = `${caller} needs the package ioredis for "url": install it, or give a "client".`;
    throw new ApiSecurityError('API_SECURITY_DEPENDENCY_MISSING', message, { cause });
  }
  return new ioredis.Redis(url, {
    enableOfflineQueue: false,
    // A step that was given up would be appended once more, behind newer ones.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    connectTimeout: MAX_RETRY_MS,
    // A server that became a replica: look anew for the master behind the name.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    // Half of it is chance, so that instances do not come back all at once.
    retryStrategy: (times: number) => Math.min(MAX_RETRY_MS, 50 * 2 ** times) * (0.5 + Math.random() / 2),
  });
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (Object(value) as Record<string, unknown>)[name] === 'function';
}
