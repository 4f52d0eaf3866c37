import type { ApiProfile } from './apis/profile.js';
import type { Random } from './random.js';
import type { Turns } from './turns.js';

/** What a client kind is given to play one client with. */
export interface Session {
  readonly api: ApiProfile;
  /** Loopback port of this client's relay: the only address it talks to. */
  readonly port: number;
  /** The ports of all its relays, where one client sends from several addresses; `port` is the first. */
  readonly ports: readonly number[];
  /** Who may send now, for kinds that put an attacker and users behind one address. */
  readonly turns: Turns;
  readonly random: Random;
  /** Aborted when the session's time is over; a kind then returns soon. */
  readonly signal: AbortSignal;
  /** A folder for files that a tool needs. */
  readonly workDir: string;
}

/** Waits, or returns at once when the session is over. */
export function pause(session: Session, ms: number): Promise<void> {
  if (session.signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      session.signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    session.signal.addEventListener('abort', done, { once: true });
  });
}

/** Runs `work` for each index with at most `width` at a time, until all are done or the session is over. */
export async function inParallel(
  session: Session,
  width: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !session.signal.aborted) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}
