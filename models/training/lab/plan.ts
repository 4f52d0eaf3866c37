import { ACCOUNT } from './apis/account-profile.js';
import { INGEST } from './apis/ingest-profile.js';
import type { ApiProfile } from './apis/profile.js';
import { SHOP } from './apis/shop-profile.js';
import { FLOODS } from './attacks/floods.js';
import { HARVESTING } from './attacks/harvesting.js';
import { PASSWORDS } from './attacks/passwords.js';
import { PROBING } from './attacks/probing.js';
import { SLOW } from './attacks/slow.js';
import { CONNECTIONS } from './benign/connections.js';
import { PEOPLE } from './benign/people.js';
import { PROGRAMS } from './benign/programs.js';
import { SIGNING_IN } from './benign/signing-in.js';
import type { ClientKind, PreparedClient } from './kind.js';
import { drawLink, type Link } from './link.js';
import { Random } from './random.js';

export const APIS: readonly ApiProfile[] = [SHOP, ACCOUNT, INGEST];

export const KINDS: readonly ClientKind[] = [
  ...PEOPLE,
  ...SIGNING_IN,
  ...PROGRAMS,
  ...CONNECTIONS,
  ...PASSWORDS,
  ...HARVESTING,
  ...FLOODS,
  ...SLOW,
  ...PROBING,
];

/** One client that will be played. */
export interface PlannedClient {
  readonly kind: ClientKind;
  readonly api: ApiProfile;
  readonly prepared: PreparedClient;
  readonly link: Link;
  /** Its own loopback address: the label's key. */
  readonly address: string;
  readonly seed: number;
  /** Of the same kind on the same API. */
  readonly run: number;
  /** Seconds after the start; kinds that wait their turn in a lane ignore it. */
  readonly startSeconds: number;
}

/**
 * @param share - Clients of each kind relative to a full recording; at least one of each is planned.
 * @param seconds - Time over which clients of the open lane start.
 */
export function makePlan(seed: number, share: number, seconds: number, only: RegExp | null): PlannedClient[] {
  const random = new Random(seed);
  const planned: PlannedClient[] = [];
  for (const kind of KINDS) {
    const ownRandom = random.fork();
    if (only !== null && !only.test(kind.name)) continue;
    const count = Math.max(1, Math.round(kind.count * share));
    for (let i = 0; i < count; i++) {
      const api = APIS[i % APIS.length] ?? SHOP;
      const number = planned.length + 1;
      planned.push({
        kind,
        api,
        prepared: kind.prepare(ownRandom, api),
        link: drawLink(ownRandom, kind.links),
        address: `127.${20 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`,
        seed: ownRandom.int(1, 2 ** 31),
        run: Math.floor(i / APIS.length),
        startSeconds: ownRandom.between(0, Math.max(1, seconds - kind.maxSeconds)),
      });
    }
  }
  return planned;
}
