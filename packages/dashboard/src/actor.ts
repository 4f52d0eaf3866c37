import type { IncomingMessage } from 'node:http';

/**
 * What somebody may do. `read` looks; `acknowledge` takes note of alerts; `label` says that one is no attack, and exempts what it is about;
 * `configure` bans, unbans and changes what is decided.
 */
export type Right = 'read' | 'acknowledge' | 'label' | 'configure';

/** Who asks. */
export interface Actor {
  /** Stands in the record of every change. */
  readonly actor: string;
  /** Sees and changes this tenant's alone. Absent: all of them. */
  readonly tenant?: string | null;
  readonly can: readonly Right[];
}

/**
 * Tells who asks, by the host's own session, token or proxy header; false for nobody. What throws, rejects, takes longer than 5 s or
 * answers anything else is taken for false.
 */
export type Authorize = (request: IncomingMessage) => Actor | false | Promise<Actor | false>;

/** Longest time for the host to tell who asks, in ms. */
const AUTHORIZE_MS = 5_000;

/** @returns null for nobody */
export async function actorOf(request: IncomingMessage, authorize: Authorize): Promise<Actor | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, AUTHORIZE_MS, false);
  });
  try {
    const answer: unknown = await Promise.race([authorize(request), late]);
    return isActor(answer) ? answer : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function isActor(value: unknown): value is Actor {
  const { actor, tenant, can } = Object(value) as Partial<Actor>;
  const isTenant = tenant === undefined || tenant === null || typeof tenant === 'string';
  return typeof actor === 'string' && actor !== '' && isTenant && Array.isArray(can);
}
