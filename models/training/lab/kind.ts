import type { BehaviourPattern } from '@api-security/core';
import type { ApiName, ApiProfile } from './apis/profile.js';
import type { Random } from './random.js';
import type { Session } from './session.js';

/** The drawn settings of one client; recorded beside its label and used to split training from test. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

/**
 * Where a client runs: `open` beside all others, `tool` one of two programs at a time,
 * `flood` alone among the heavy ones, so that it distorts few other clients.
 */
export type Lane = 'open' | 'tool' | 'flood';

interface KindDescription<P extends Parameters> {
  readonly name: string;
  /** null for benign kinds. */
  readonly pattern: BehaviourPattern | null;
  /** Program or script that sends; several kinds may share one. */
  readonly tool: string;
  readonly lane?: Lane;
  /** Clients of this kind in a full recording. */
  readonly count: number;
  readonly maxSeconds: number;
  /** Names of the links it draws from; the usual mix when absent. */
  readonly links?: readonly string[];
  /** The APIs it makes sense on; all when absent. */
  readonly apis?: readonly ApiName[];
  /** Addresses that one client sends from; 1 when absent. */
  readonly addresses?: (parameters: P) => number;
  /** Users and an attacker behind one address: `pattern` is the attacker's, and each step has a truth of its own. */
  readonly mixed?: boolean;
  readonly draw: (random: Random, api: ApiProfile) => P;
  readonly run: (session: Session, parameters: P) => Promise<void>;
}

/** One kind of client: how many, with which settings, and what it does. */
export interface ClientKind {
  readonly name: string;
  readonly pattern: BehaviourPattern | null;
  readonly tool: string;
  readonly lane: Lane;
  readonly count: number;
  readonly maxSeconds: number;
  readonly links: readonly string[] | undefined;
  readonly apis: readonly ApiName[] | undefined;
  readonly mixed: boolean;
  /** Draws the settings of one client. */
  prepare(random: Random, api: ApiProfile): PreparedClient;
}

export interface PreparedClient {
  readonly parameters: Parameters;
  readonly addresses: number;
  run(session: Session): Promise<void>;
}

export function defineKind<P extends Parameters>(description: KindDescription<P>): ClientKind {
  return {
    name: description.name,
    pattern: description.pattern,
    tool: description.tool,
    lane: description.lane ?? 'open',
    count: description.count,
    maxSeconds: description.maxSeconds,
    links: description.links,
    apis: description.apis,
    mixed: description.mixed ?? false,
    prepare(random, api) {
      const parameters = description.draw(random, api);
      const addresses = description.addresses?.(parameters) ?? 1;
      return { parameters, addresses, run: (session) => description.run(session, parameters) };
    },
  };
}
