import type { AttackCategory, Level } from '@api-security/core';
import type { Group } from './grouped-rates.js';
import type { Placement } from './placement.js';
import type { CurvePoint } from './threshold-curve.js';
import type { TimeSummary } from './time-summary.js';
import type { Rate } from './wilson.js';

/** Levels that an item can be said to have reached, rising. */
export const COUNTED_LEVELS: readonly ['medium', 'high', 'critical'] = ['medium', 'high', 'critical'];

/** One of {@link COUNTED_LEVELS}. */
export type CountedLevel = (typeof COUNTED_LEVELS)[number];

/** A place in an input. */
export interface Position {
  /** As it was given; `-` for standard input. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A line that could not be used, and why. */
export interface Problem extends Position {
  readonly reason: string;
}

/** An item worth a look: an attack that was missed, or a harmless request that was flagged. */
export interface ListedItem extends Position {
  readonly method: string;
  /** Path and query, redacted; at most 160 characters. */
  readonly path: string;
  /** The value that spoke most, or where the payload was put; null where neither is known. */
  readonly place: string | null;
  /** That value around what spoke, decoded and redacted, or the payload; at most 160 characters. */
  readonly excerpt: string | null;
  /** In [0, 1]. */
  readonly score: number;
  readonly level: Level;
  /** As labelled. */
  readonly category: string;
  /** As assessed; null while the level is low. */
  readonly assessed: AttackCategory | null;
  readonly source: string;
  /** Template, CVE or repository, where the record names one. */
  readonly id: string | null;
}

/** A model that took part. */
export interface EvaluatedModel {
  readonly role: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the graph. */
  readonly sha256: string;
  /** Rows it scored in this evaluation. A model that silently never runs shows here. */
  readonly rows: number;
}

/** What `evaluate --json` prints. Rates are in [0, 1], intervals are Wilson's at 95 %. */
export interface EvaluationReport {
  /** Changes when a field changes its meaning or goes away. */
  readonly format: 'api-security-evaluation/1';
  readonly inputs: readonly string[];
  readonly settings: {
    /** The level that counts as detected. */
    readonly level: CountedLevel;
    readonly placement: Placement;
    /** Number of records asked for; null for all. */
    readonly sample: number | null;
    readonly seed: number;
    readonly groupBy: string | null;
  };
  readonly models: readonly EvaluatedModel[];
  readonly items: {
    /** Items that were scored, and that the rates are about (with `weak` ones where they were asked for). */
    readonly scored: number;
    /** Weak attacks that were left out. */
    readonly weakLeftOut: number;
    /** Lines that are no records. */
    readonly invalid: number;
    /** Records that got no score from the content tower. Anything but 0 means that the rates are not to be trusted. */
    readonly unscored: number;
  };
  /** Strong attacks. */
  readonly attacks: {
    readonly detected: Rate;
    readonly byCategory: readonly Group[];
    readonly bySource: readonly Group[];
    /** By the field of `groupBy`; null without one. */
    readonly byGroup: readonly Group[] | null;
  };
  /** Attacks that show nothing in the request itself; null unless they were asked for. */
  readonly weak: { readonly detected: Rate; readonly bySource: readonly Group[] } | null;
  readonly benign: {
    readonly flagged: Rate;
    readonly bySource: readonly Group[];
    /** By source and kind, `source / kind`; records without a kind are left out. */
    readonly byKind: readonly Group[];
    readonly byGroup: readonly Group[] | null;
  };
  /** What reaches each level. */
  readonly levels: readonly {
    readonly level: CountedLevel;
    /** Score at which it begins. */
    readonly threshold: number;
    readonly attacks: Rate;
    readonly benign: Rate;
  }[];
  /** What would be detected at given false-positive rates; null unless both labels are there. */
  readonly curve: readonly CurvePoint[] | null;
  /** From request to assessment, one item at a time; null when nothing was scored. */
  readonly time: TimeSummary | null;
  /** How often each part of the inspection was missing, cut, or could not read what it was given. */
  readonly inspection: {
    readonly degraded: Readonly<Record<string, number>>;
    readonly truncated: Readonly<Record<string, number>>;
    readonly unparsed: Readonly<Record<string, number>>;
  };
  /** The first of the invalid lines. */
  readonly invalid: readonly Problem[];
  /** The first of the unscored records. */
  readonly unscored: readonly Problem[];
  /** Lowest score first; as many as were asked for. */
  readonly misses: readonly ListedItem[];
  /** Highest score first; as many as were asked for. */
  readonly falsePositives: readonly ListedItem[];
}
