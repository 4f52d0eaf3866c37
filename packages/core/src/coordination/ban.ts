/** Why and how long requests of a client are rejected unread. */
export interface Ban {
  /** Null for apps without tenants. A ban holds in its tenant alone. */
  readonly tenant: string | null;
  readonly clientKey: string;
  /** Wall time in ms since the epoch. */
  readonly from: number;
  /** Wall time in ms since the epoch, exclusive. */
  readonly until: number;
  /** For people: `5 rejected requests within 60 s`, or what an operator wrote. */
  readonly reason: string;
  /** Who: `policy`, or the operator. */
  readonly by: string;
}
