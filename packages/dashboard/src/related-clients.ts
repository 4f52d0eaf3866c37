import type { Assessment } from '@api-security/core';
import { grouped } from './grouped.js';

/** A client that looks like another one. */
export interface RelatedClient {
  readonly key: string;
  readonly address: string;
  /** What the two have in common. */
  readonly sharing: 'userAgent and headers';
  /** Its rows among those that were looked at. */
  readonly threats: number;
  /** Of the newest of them. */
  readonly lastAt: number;
}

/** User agents that so many share that they tell nobody apart. */
const COMMON_AGENTS = 10;
/** Clients that are named. */
const MAX_RELATED = 50;

/**
 * Other clients that have sent the user agent of this one with the same headers in the same order: the mark of one program behind many
 * addresses.
 *
 * @param rows - of the client
 * @param threats - rows above low of its tenant, newest first; of the client, too
 */
export function relatedClients(
  clientKey: string,
  rows: readonly Assessment[],
  threats: readonly Assessment[],
): readonly RelatedClient[] {
  const common = commonAgents(threats);
  const clients = grouped(threats, ({ client }) => client.key);
  const fingerprints = new Set(
    [...rows, ...(clients.get(clientKey) ?? [])]
      .filter(({ request }) => request.userAgent !== '' && !common.has(request.userAgent))
      .map(fingerprintOf),
  );
  return [...clients]
    .filter(([key, theirs]) => key !== clientKey && theirs.some((row) => fingerprints.has(fingerprintOf(row))))
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_RELATED)
    .map(([key, theirs]) => ({
      key,
      address: theirs[0].client.address,
      sharing: 'userAgent and headers',
      threats: theirs.length,
      lastAt: theirs[0].at,
    }));
}

/** What a program sends in the same way whatever it asks for. */
function fingerprintOf({ request }: Assessment): string {
  return JSON.stringify([request.userAgent, ...request.headers.map(([name]) => name)]);
}

/** Of those that are alike in number, the ones that sort first: the answer does not change with every row that comes. */
function commonAgents(rows: readonly Assessment[]): ReadonlySet<string> {
  const agents = [...grouped(rows, ({ request }) => request.userAgent)];
  agents.sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB.length - rowsOfA.length || (a < b ? -1 : 1));
  return new Set(agents.slice(0, COMMON_AGENTS).map(([agent]) => agent));
}
