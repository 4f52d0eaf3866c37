import type { Script } from './script.js';

/** What the stores need of a Redis, whichever client library is behind it. Texts of replies are buffers. Every call may reject. */
export interface RedisConnection {
  /** Whether a command would be sent now, and not queued. */
  readonly isReady: boolean;
  /** Resolves once it has been ready. */
  readonly connected: Promise<void>;
  get(key: string): Promise<Buffer | null>;
  del(key: string): Promise<unknown>;
  /** Runs a script by its hash, or whole where the server does not know it yet. */
  run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown>;
  /** Hears a channel on a connection of its own, over reconnections; `onSubscribed` is called each time that it hears again. */
  subscribe(channel: string, onMessage: (message: string) => void, onSubscribed: () => void): void;
  /** Ends the connections that were made here; a client that was given stays its owner's. */
  close(): void;
}

/** Whether a server does not know a script by its hash. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
