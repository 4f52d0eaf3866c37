import { setTimeout as wait } from 'node:timers/promises';
import { isUnknownScript, type RedisConnection } from './redis-connection.js';
import type { Script } from './script.js';

/** What is used of a client of `redis` (node-redis) 5 or 6: single, Sentinel or Cluster. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Absent on clients of a Cluster. */
  readonly isReady?: boolean;
  del(key: string): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
  duplicate(): NodeRedisClient;
  withTypeMapping(mapping: Readonly<Record<number, unknown>>): NodeRedisCommands;
}

/** Commands whose replies have buffers for texts. */
export interface NodeRedisCommands {
  get(key: string): Promise<unknown>;
  evalSha(sha1: string, options: ScriptOptions): Promise<unknown>;
  eval(script: string, options: ScriptOptions): Promise<unknown>;
}

interface ScriptOptions {
  keys: string[];
  arguments: (string | Buffer)[];
}

/** `$`, the type of bulk strings in RESP: `RESP_TYPES.BLOB_STRING` of the library. */
const BLOB_STRING = 36;

/** Time between two looks at whether a client is connected, in ms. */
const RETRY_MS = 50;

/** @param isOwn - whether the client was made for this connection, and ends with it */
export function nodeRedisConnection(client: NodeRedisClient, isOwn: boolean): RedisConnection {
  return new NodeRedisConnection(client, isOwn);
}

class NodeRedisConnection implements RedisConnection {
  readonly connected: Promise<void>;
  readonly #client: NodeRedisClient;
  readonly #binary: NodeRedisCommands;
  #closed = false;
  readonly #made: NodeRedisClient[] = [];
  readonly #listeners: (readonly [client: NodeRedisClient, event: string, listener: () => void])[] = [];

  constructor(client: NodeRedisClient, isOwn: boolean) {
    this.#client = client;
    this.connected = this.#connect(client);
    this.#binary = client.withTypeMapping({ [BLOB_STRING]: Buffer });
    if (isOwn) this.#made.push(client);
  }

  get isReady(): boolean {
    return isReady(this.#client);
  }

  async get(key: string): Promise<Buffer | null> {
    return (await this.#binary.get(key)) as Buffer | null;
  }

  del(key: string): Promise<unknown> {
    return this.#client.del(key);
  }

  async run({ sha1, text }: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown> {
    const options = { keys: [...keys], arguments: [...args] };
    try {
      return await this.#binary.evalSha(sha1, options);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return this.#binary.eval(text, options);
    }
  }

  subscribe(channel: string, onMessage: (message: string) => void, onSubscribed: () => void): void {
    const listening = this.#client.duplicate();
    this.#made.push(listening);
    const subscribe = async (): Promise<void> => {
      await this.#connect(listening);
      await listening.subscribe(channel, onMessage);
      onSubscribed();
      // The library subscribes again by itself after each reconnection, and says `ready` then.
      this.#on(listening, 'ready', onSubscribed);
    };
    subscribe().catch(() => {});
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#made) {
      try {
        client.destroy();
      } catch {
        // Closed by then.
      }
    }
    // Of a client that others use, nothing may stay behind. One that was made here may still fail while it ends.
    for (const [client, event, listener] of this.#listeners) {
      if (!this.#made.includes(client)) client.off(event, listener);
    }
  }

  /** Resolves when it is connected, whoever connects it. Somebody hears its errors: an `error` without a listener would end the process. */
  async #connect(client: NodeRedisClient): Promise<void> {
    this.#on(client, 'error', () => {});
    while (!this.#closed && !isReady(client)) {
      // Clients of a Cluster give up when no node answers.
      if (!client.isOpen) await client.connect().catch(() => {});
      if (!isReady(client)) await wait(RETRY_MS, undefined, { ref: false });
    }
  }

  #on(client: NodeRedisClient, event: string, listener: () => void): void {
    client.on(event, listener);
    this.#listeners.push([client, event, listener]);
  }
}

/** Clients of a Cluster do not say it. */
function isReady(client: NodeRedisClient): boolean {
  return client.isReady ?? client.isOpen;
}
