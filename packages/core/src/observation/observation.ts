/** One header as it came: lower-case name, value as received. Repeated headers are repeated entries. */
export type HeaderEntry = readonly [name: string, value: string];

/** Who sent a request, as far as can be trusted. */
export interface Client {
  /** What the client's sequence is kept under; never empty. */
  readonly key: string;
  /** IP address in canonical text form, IPv4-mapped IPv6 folded to IPv4; `''` when unknown. */
  readonly address: string;
}

/** What is known of a request body. Bytes are after content decoding (gzip, br, deflate, zstd), in the charset they came in, cut to the inspected size. */
export interface ObservedBody {
  /** Media type in lower case without parameters, e.g. `application/json`; `''` when the request named none. */
  readonly mediaType: string;
  /** Parameters of the content type, lower-case names, e.g. `boundary`, `charset`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The bytes seen: all of them, or head and tail (see `headBytes`) when the body is longer than the limit; null when none were seen. */
  readonly raw: Buffer | null;
  /** Number of bytes of `raw` that are the body's beginning; the rest of `raw` is its end. Equals `raw.length` unless cut. */
  readonly headBytes: number;
  /** What the host's own parser made of the body; undefined when no parser has run. */
  readonly parsed: unknown;
}

/** What was not inspected, and why. Anything set here is also counted. */
export interface Marks {
  /** Something was cut: `body-bytes`, `depth`, `keys`, `values`, `value-chars`, `windows`, `parts`, `time`. */
  readonly truncated: ReadonlySet<string>;
  /** Something could not be read as what it claims to be: `json`, `form`, `multipart`, `xml`, `graphql`, `encoding`, `charset`. */
  readonly unparsed: ReadonlySet<string>;
}

/** {@link Marks} while they are being set. */
export interface OpenMarks extends Marks {
  readonly truncated: Set<string>;
  readonly unparsed: Set<string>;
}

/** Nothing is marked. */
export const NO_MARKS: Marks = { truncated: new Set(), unparsed: new Set() };

/** No marks yet. */
export function openMarks(): OpenMarks {
  return { truncated: new Set(), unparsed: new Set() };
}

/** One normalised request: the only thing that the rooms to the right know of it. */
export interface Observation {
  /** Arrival, wall time in ms since the epoch. */
  readonly at: number;
  /** Arrival, monotonic ms. */
  readonly arrivedMs: number;
  /** Upper case, e.g. `GET`; as received otherwise. */
  readonly method: string;
  /** Path and query as on the wire; the absolute form keeps its scheme and authority here. */
  readonly url: string;
  /** Raw path, still encoded, without query. */
  readonly path: string;
  /** Raw query without `?`; `''` when there is none. */
  readonly query: string;
  readonly headers: readonly HeaderEntry[];
  readonly body: ObservedBody | null;
  readonly client: Client;
  /** Tenant of a multi-tenant host; null when the host has none. */
  readonly tenant: string | null;
  readonly marks: Marks;
}

/** What the response turned out to be. */
export interface ObservedResponse {
  /** Status code; 0 when the client went away before there was one. */
  readonly status: number;
  /** Bytes of the response as written to the socket, headers included where they are known; 0 when unknown. */
  readonly bytes: number;
  /** From arrival to the last byte handed to the socket, in ms. */
  readonly durationMs: number;
}
