import type { Alert } from '../alert/alert.js';
import type { MaybePromise } from '../maybe-promise.js';
import type { Ban } from './ban.js';

/** What one instance tells the others. Payloads are plain JSON. */
export type News =
  | { readonly event: 'alert'; readonly payload: Alert }
  | { readonly event: 'acknowledged'; readonly payload: Alert }
  | { readonly event: 'banned' | 'unbanned'; readonly payload: Ban }
  | { readonly event: 'settings'; readonly payload: SettingsNews };

/** The settings that people change at run time are others now. What they are, the store says. */
export interface SettingsNews {
  /** They are everybody's. */
  readonly tenant: null;
  readonly version: number;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  readonly by: string;
}

/** The alert that instances grow together. */
export interface SharedAlert {
  /** The one that the first of them proposed. */
  readonly id: string;
  /** Assessments of all instances in it, this one among them. */
  readonly count: number;
  /** Wall time in ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/**
 * What the instances of one app do together, beside the sequences: count, ban, group alerts, tell each other.
 *
 * What callers rely on: nothing rejects, hangs or throws while the app runs, whatever state a server is in (local state stands in
 * and {@link onTrouble} tells); keys never mix, whatever characters they have; `ban` is asked on the path of every request and
 * answers from memory.
 */
export interface Coordination {
  /**
   * Adds one to a counter, atomically, and answers how often that happened within the last `windowMs`, this time included.
   * A window slides by tenths: what is older than `windowMs` is out, and nothing is out before nine tenths of it have gone.
   */
  count(key: string, windowMs: number): MaybePromise<number>;
  /** Joins the alert that is open under a key, or opens one; it is closed `windowMs` after it last grew. */
  joinAlert(
    key: string,
    mine: { readonly id: string; readonly at: number },
    windowMs: number,
  ): MaybePromise<SharedAlert>;
  /** The ban that a client is under now; null for none. Never waits. */
  banOf(tenant: string | null, clientKey: string): Ban | null;
  /** Bans a client; a ban that it is under already is replaced. Every instance knows within 100 ms. */
  ban(ban: Ban): MaybePromise<void>;
  /** @returns the ban that was lifted; null when there was none */
  unban(tenant: string | null, clientKey: string): MaybePromise<Ban | null>;
  /** Bans that hold now, newest first. @param tenant - all of them when absent */
  bans(tenant?: string | null): MaybePromise<readonly Ban[]>;
  /** Tells the other instances; at most once each, and not at all while the server is away. The log in the store is what lasts. */
  publish(news: News): void;
  /** Called with what others publish, never with one's own. Returns how to stop. */
  subscribe(listener: (news: News) => void): () => void;
  /** Called with an error when local state begins to stand in, and with null when that is over. */
  onTrouble?(listener: (error: unknown) => void): void;
  /** Idempotent. */
  close(): MaybePromise<void>;
}
