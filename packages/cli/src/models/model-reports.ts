import type { ModelRole } from '@api-security/core';
import type { GoldenResult } from '@api-security/core/extraction';

/** A model as `models list --json` prints it. */
export interface ModelListing {
  readonly role: ModelRole;
  readonly name: string;
  readonly version: string;
  /** Name and version of the features it reads. */
  readonly schema: string;
  /** The graph. */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the graph, checked. */
  readonly sha256: string;
  /** Score above which it stands on its own. In [0, 1]. */
  readonly certain: number;
}

/** A model as `models verify --json` prints it. */
export interface ModelVerification {
  readonly role: ModelRole;
  readonly ok: boolean;
  /** Null where its files could not be read. */
  readonly model: ModelListing | null;
  /** Run times that it was loaded on: those that are installed and know its graph. */
  readonly runtimes: readonly string[];
  /** Of the run time that deviates most; null where it could not be loaded or has no golden vectors. */
  readonly golden: GoldenResult | null;
  /** What is wrong; null when nothing is. */
  readonly problem: string | null;
}

/** What `models verify` found. */
export interface VerificationReport {
  readonly models: readonly ModelVerification[];
  /** Run times that are not installed or do not load on this machine, so that nothing was verified on them. */
  readonly absentRuntimes: readonly string[];
}
