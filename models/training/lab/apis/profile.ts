import type { Call, Reply } from '../http-client.js';
import type { Random } from '../random.js';

export type ApiName = 'shop' | 'account' | 'ingest' | 'graphql' | 'files' | 'chat';

/** How a demo API is used: what client kinds need to know of it, and nothing of how it answers. */
export interface ApiProfile {
  readonly name: ApiName;
  /** Accounts that exist, with their passwords. */
  readonly accounts: readonly { readonly user: string; readonly password: string }[];
  login(user: string, password: string): Call;
  /** The same by form, for programs that fill forms; `failure` is in the answer to a wrong password. */
  readonly loginForm: {
    readonly path: string;
    readonly user: string;
    readonly password: string;
    readonly failure: string;
  };
  /** @returns The session token in the answer to a login; null when it was refused. */
  tokenOf(reply: Reply): string | null;
  /** The token that a sign-in of this user gives. */
  tokenFor(user: string): string;
  /** Calls that a first page view makes, in order. */
  landing(random: Random): readonly Call[];
  /** A call of an ordinary, signed-in user. */
  browse(random: Random): Call;
  me(): Call;
  readonly pageCount: number;
  list(page: number): Call;
  /** Identifiers that a list answered. */
  idsIn(reply: Reply): readonly string[];
  item(id: string): Call;
  knownId(random: Random): string;
  /** The n-th identifier a counting client would try; some exist. */
  countedId(n: number): string;
  /** An identifier of the right shape that hardly ever exists. */
  guessedId(random: Random): string;
  search(text: string): Call;
  create(random: Random): Call;
  change(random: Random): Call;
  /** Takes 0.1 to 2 s to answer. */
  slow(random: Random): Call;
  /** Answers some hundred kB. */
  big(): Call;
  upload(bytes: Buffer): Call;
  batch(random: Random, rows: number): Call;
  health(): Call;
  /** Answers after up to `seconds`. */
  poll(seconds: number): Call;
  /** Server-sent events for about `seconds`. */
  stream(seconds: number): Call;
  /** Answered 429, 5xx or late for some of the time. */
  unsteady(random: Random): Call;
  /** Something that ordinary users may not see: answered 403. */
  forbidden(random: Random): Call;
  /** Hands in a secret code (reset, voucher, invitation, pairing, shared link); a wrong one is refused. */
  redeem(code: string): Call;
  /** A well-meant call that the API refuses with 400 or 422. */
  invalid(random: Random): Call;
  /** Parameters that a scanner would play with: path and query with `FUZZ` where the value goes. */
  readonly injectable: readonly string[];
}

export function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** JSON or undefined. */
export function readJson(reply: Reply): unknown {
  try {
    return JSON.parse(reply.text);
  } catch {
    return undefined;
  }
}

/** A string field of a JSON answer. */
export function textField(reply: Reply, name: string): string | null {
  const value = readJson(reply);
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const field = (value as Record<string, unknown>)[name];
  return typeof field === 'string' ? field : null;
}

/** The `id` of each row of an array in a JSON answer. */
export function rowIds(reply: Reply, name: string): string[] {
  const value = readJson(reply);
  if (typeof value !== 'object' || value === null) return [];
  const rows = (value as Record<string, unknown>)[name];
  if (!Array.isArray(rows)) return [];
  return rows.map((row: { id?: unknown }) => String(row.id ?? '')).filter((id) => id !== '');
}
