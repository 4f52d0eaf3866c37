import type { DecodeStep } from '../content/content-value.js';
import type { NamedFeature } from '../flow/named-feature.js';
import type { AttackCategory } from '../model/scores.js';
import type { HeaderEntry, ObservedResponse } from '../observation/observation.js';

/** `off` does nothing at all, `monitor` never rejects, `block` rejects what the policy denies. */
export type Mode = 'monitor' | 'block' | 'off';

/** Score bands: low < medium threshold ≤ medium < high threshold ≤ high < critical threshold ≤ critical. */
export type Level = 'low' | 'medium' | 'high' | 'critical';

/** The members' calibrated scores, each in [0, 1]; null where a member is absent (failed, not loaded, or nothing to read). */
export interface MemberScores {
  /** `1 − (1 − content)(1 − flow)` over the towers that are present. */
  readonly cnn: number | null;
  readonly content: number | null;
  readonly flow: number | null;
  readonly bilstm: number | null;
}

/** One value that spoke, readable by a person. Redacted. */
export interface Evidence {
  /** Where it stood, e.g. `query.id`. */
  readonly place: string;
  /** As it came, around the part that mattered; at most 256 characters. */
  readonly excerpt: string;
  /** The same after decoding; at most 256 characters. */
  readonly decoded: string;
  /** Encodings that were taken off, outermost first. */
  readonly chain: readonly DecodeStep[];
  readonly category: AttackCategory;
  /** Content score of this value, in [0, 1]. */
  readonly score: number;
  /** The characters of `decoded` that moved the score most: `decoded.slice(from, to)`; none where the value's name alone did. */
  readonly from: number;
  readonly to: number;
}

/** What happened to the request. Belief (the assessment) and action (this) are different things. */
export type Decision =
  | { readonly action: 'allow'; readonly reason: 'below-threshold' | 'monitor' | 'exempt' | 'off' | 'failed-open' }
  | { readonly action: 'flag'; readonly reason: 'level' | 'monitor' | 'late' }
  | { readonly action: 'deny'; readonly reason: 'level' | 'failed-closed' };

/** What we believe about one request (or about one connection that never finished a request), and why. Immutable, serialisable, redacted. */
export interface Assessment {
  /** UUIDv7: sorts by time. */
  readonly id: string;
  /** Wall time in ms since the epoch. */
  readonly at: number;
  /**
   * `connection` for a connection that has not finished a request; its `request` then has empty strings. `account` for all
   * who try to log in to one account; its `request` is the newest try.
   */
  readonly subject: 'request' | 'connection' | 'account';
  readonly mode: Mode;
  readonly tenant: string | null;
  readonly client: { readonly key: string; readonly address: string };
  /** Redacted: values of secret headers, parameters and fields are replaced. */
  readonly request: {
    readonly method: string;
    /** Path shape with identifiers replaced, e.g. `/users/{id}`. */
    readonly route: string;
    /** Path and query as on the wire. */
    readonly path: string;
    readonly headers: readonly HeaderEntry[];
    readonly userAgent: string;
  };
  /** Ensemble score in [0, 1]; 0 when no member could score (then `degraded` says why). */
  readonly score: number;
  readonly level: Level;
  readonly scores: MemberScores;
  /** Most probable kind of attack; null while the level is low. */
  readonly category: AttackCategory | null;
  /** Kinds with at least 5 % probability, most probable first. */
  readonly categories: readonly { readonly category: AttackCategory; readonly probability: number }[];
  /** Strongest first; empty while the level is low. At most 8. */
  readonly evidence: readonly Evidence[];
  /** The 52 flow features in schema order; empty where the flow was absent. */
  readonly features: readonly NamedFeature[];
  /** The 12 behaviour signals in schema order. */
  readonly signals: readonly NamedFeature[];
  /** Names of the features and signals furthest from normal, strongest first; empty while the level is low. At most 5. */
  readonly unusual: readonly string[];
  /** What a person should do next, in one or two sentences; `''` while the level is low. */
  readonly recommendation: string;
  readonly decision: Decision;
  /** Bytes of values that were inspected. */
  readonly inspectedBytes: number;
  /** Bytes of the body, or of files in it, that are no text and were not read: images, archives, compressed or encrypted data. */
  readonly binaryBytes: number;
  /** What was cut, e.g. `body-bytes`, `depth`; empty when nothing was. */
  readonly truncated: readonly string[];
  /** What could not be read as what it claims to be, e.g. `json`. */
  readonly unparsed: readonly string[];
  /** Which parts of the inspection were missing, e.g. `content`, `sequence`, `time`; empty when none. */
  readonly degraded: readonly string[];
  /** Time that the inspection took, in ms. */
  readonly durationMs: number;
  /** Known once the response has ended; null before. */
  readonly response: ObservedResponse | null;
}
