import { isUnknownScript, type RedisConnection } from './redis-connection.js';
import type { Script } from './script.js';

/** What is used of a client of `ioredis` 5 or 6: single, Sentinel or Cluster. */
export interface IoredisClient {
  readonly status: string;
  getBuffer(key: string): Promise<Buffer | null>;
  del(key: string): Promise<unknown>;
  callBuffer(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  connect(): Promise<void>;
  disconnect(): void;
  readonly isCluster?: boolean;
  duplicate(options?: object): IoredisClient;
}

/** @param isOwn - whether the client was made for this connection, and ends with it */
export function ioredisConnection(client: IoredisClient, isOwn: boolean): RedisConnection {
  return new IoredisConnection(client, isOwn);
}

class IoredisConnection implements RedisConnection {
  readonly connected: Promise<void>;
  readonly #client: IoredisClient;
  readonly #made: IoredisClient[] = [];
  readonly #listeners: (readonly [client: IoredisClient, event: string, listener: () => void])[] = [];

  constructor(client: IoredisClient, isOwn: boolean) {
    this.#client = client;
    this.connected = new Promise((resolve) => {
      if (this.isReady) resolve();
      else this.#on(client, 'ready', resolve);
    });
    this.#begin(client);
    if (isOwn) this.#made.push(client);
  }

  get isReady(): boolean {
    return this.#client.status === 'ready';
  }

  get(key: string): Promise<Buffer | null> {
    return this.#client.getBuffer(key);
  }

  del(key: string): Promise<unknown> {
    return this.#client.del(key);
  }

  async run({ sha1, text }: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown> {
    try {
      return await this.#client.callBuffer('evalsha', sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return this.#client.callBuffer('eval', text, keys.length, ...keys, ...args);
    }
  }

  subscribe(channel: string, onMessage: (message: string) => void, onSubscribed: () => void): void {
    // Nobody would hear of it if its own subscribing failed, which ends the process; a Cluster has that in hand.
    const options = this.#client.isCluster === true ? [] : [{ autoResubscribe: false }];
    const listening = this.#client.duplicate(...options);
    this.#begin(listening);
    this.#made.push(listening);
    listening.on('message', (from, message) => {
      if (from === channel) onMessage(String(message));
    });
    // Also after each reconnection; what was subscribed by then is subscribed already.
    const subscribe = (): void => void listening.subscribe(channel).then(onSubscribed, () => {});
    if (listening.status === 'ready') subscribe();
    this.#on(listening, 'ready', subscribe);
  }

  close(): void {
    for (const client of this.#made) client.disconnect();
    // Of a client that others use, nothing may stay behind. One that was made here may still fail while it ends.
    for (const [client, event, listener] of this.#listeners) {
      if (!this.#made.includes(client)) client.off(event, listener);
    }
  }

  /** Connects it, if it was not yet, with somebody to hear its errors: an `error` without a listener would end the process. */
  #begin(client: IoredisClient): void {
    this.#on(client, 'error', () => {});
    if (client.status === 'wait') client.connect().catch(() => {});
  }

  #on(client: IoredisClient, event: string, listener: () => void): void {
    client.on(event, listener);
    this.#listeners.push([client, event, listener]);
  }
}
