import type { MaybePromise } from '../maybe-promise.js';
import type { Step } from './step.js';

/**
 * Keeps the newest steps of each client.
 *
 * What callers rely on: `recent` returns at most 16 steps, oldest first; appends to one key are atomic and lose nothing when
 * concurrent; two keys never mix, whatever characters they have; an unknown or expired key reads as empty. Returned arrays are the
 * caller's own, and an appended step is copied: a later append or change does not reach across.
 */
export interface SequenceStore {
  /** The newest steps of a client. */
  recent(key: string): MaybePromise<readonly Step[]>;
  /** Adds a step. */
  append(key: string, step: Step): MaybePromise<void>;
  /** Keeps a client's state, where there is any, from being evicted by newcomers for as long as it lives; called for clients under suspicion. */
  watch?(key: string): void;
  /** Drops a client's state. */
  forget(key: string): MaybePromise<void>;
  /**
   * Called with an error when local state begins to stand in for a shared one that is away, and with null when that is over. A store
   * that has no such state rejects instead.
   */
  onTrouble?(listener: (error: unknown) => void): void;
  /** Number of clients held, where that is cheap to know. */
  readonly size?: number;
  /** Idempotent. */
  close(): MaybePromise<void>;
}
