import { ACCOUNT } from './apis/account-profile.js';
import { CHAT } from './apis/chat-profile.js';
import { FILES_PROFILE } from './apis/files-profile.js';
import { GRAPHQL } from './apis/graphql-profile.js';
import { INGEST } from './apis/ingest-profile.js';
import type { ApiProfile } from './apis/profile.js';
import { SHOP } from './apis/shop-profile.js';
import { FLOODS } from './attacks/floods.js';
import { GUESSING } from './attacks/guessing.js';
import { HARVESTING } from './attacks/harvesting.js';
import { PARAMETERS } from './attacks/parameters.js';
import { PASSWORDS } from './attacks/passwords.js';
import { PATIENT_HARVESTING } from './attacks/patient-harvesting.js';
import { PROBING } from './attacks/probing.js';
import { ROTATING_ADDRESSES } from './attacks/rotating-addresses.js';
import { SCRIPTED_FLOODS } from './attacks/scripted-floods.js';
import { SLOW } from './attacks/slow.js';
import { SPRAYING } from './attacks/spraying.js';
import { APPLICATIONS } from './benign/applications.js';
import { CHATTING } from './benign/chatting.js';
import { CONNECTIONS } from './benign/connections.js';
import { CROWDS } from './benign/crowds.js';
import { PEOPLE } from './benign/people.js';
import { PROGRAMS } from './benign/programs.js';
import { SERVICES } from './benign/services.js';
import { SIGNING_IN } from './benign/signing-in.js';
import { SYNCHRONISING } from './benign/synchronising.js';
import { WALKING } from './benign/walking.js';
import type { ClientKind, PreparedClient } from './kind.js';
import { drawLink, type Link } from './link.js';
import { MIXED } from './mixed/shared-with-attacker.js';
import { Random } from './random.js';

export const APIS: readonly ApiProfile[] = [SHOP, ACCOUNT, INGEST, GRAPHQL, FILES_PROFILE, CHAT];

export const KINDS: readonly ClientKind[] = [
  ...PEOPLE,
  ...SIGNING_IN,
  ...PROGRAMS,
  ...CONNECTIONS,
  ...APPLICATIONS,
  ...CHATTING,
  ...SERVICES,
  ...SYNCHRONISING,
  ...WALKING,
  ...CROWDS,
  ...PASSWORDS,
  ...SPRAYING,
  ...ROTATING_ADDRESSES,
  ...GUESSING,
  ...HARVESTING,
  ...PATIENT_HARVESTING,
  ...FLOODS,
  ...SCRIPTED_FLOODS,
  ...SLOW,
  ...PROBING,
  ...PARAMETERS,
  ...MIXED,
];

/** One client that will be played. */
export interface PlannedClient {
  readonly kind: ClientKind;
  readonly api: ApiProfile;
  readonly prepared: PreparedClient;
  readonly link: Link;
  /** Loopback addresses of its own, mostly one: the label's key. */
  readonly addresses: readonly string[];
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
  let given = 0;
  const nextAddress = (): string => {
    const number = ++given;
    return `127.${20 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  };
  for (const kind of KINDS) {
    const ownRandom = random.fork();
    if (only !== null && !only.test(kind.name)) continue;
    const count = Math.max(1, Math.round(kind.count * share));
    const apis = APIS.filter(({ name }) => kind.apis?.includes(name) ?? true);
    for (let i = 0; i < count; i++) {
      const api = apis[i % apis.length] ?? SHOP;
      const prepared = kind.prepare(ownRandom, api);
      planned.push({
        kind,
        api,
        prepared,
        link: drawLink(ownRandom, kind.links),
        addresses: Array.from({ length: prepared.addresses }, nextAddress),
        seed: ownRandom.int(1, 2 ** 31),
        run: Math.floor(i / apis.length),
        startSeconds: ownRandom.between(0, Math.max(1, seconds - kind.maxSeconds)),
      });
    }
  }
  return planned;
}
