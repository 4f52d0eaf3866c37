import { type Assessment, type Level, reaches } from '@api-security/core';
import {
  COUNTED_LEVELS,
  type CountedLevel,
  type EvaluationReport,
  type ListedItem,
  type Position,
  type Problem,
} from './evaluation-report.js';
import { GroupedRates } from './grouped-rates.js';
import { listedItem } from './listed-item.js';
import { NumberList } from './number-list.js';
import type { LabelledRecord } from './record.js';
import { thresholdCurve } from './threshold-curve.js';
import { summarizeTimes } from './time-summary.js';
import { wilson } from './wilson.js';
import { WorstList } from './worst-list.js';

/** What a tally counts and keeps. */
export interface TallyOptions {
  /** The level that counts as detected. */
  readonly level: CountedLevel;
  /** Numbers of items to list. */
  readonly misses: number;
  readonly falsePositives: number;
  readonly groupBy: string | null;
  /** Whether weak attacks are scored. */
  readonly weak: boolean;
}

/** The part of a report that comes from the items. */
export type Tallied = Omit<EvaluationReport, 'format' | 'inputs' | 'settings' | 'models'>;

/** Problems that are named one by one; the rest is only counted. */
const MAX_PROBLEMS = 20;

/** Everything that is remembered of the items of an evaluation: counters, one score and one time an item, and bounded lists. */
export class Tally {
  readonly #options: TallyOptions;
  readonly #byCategory = new GroupedRates();
  readonly #attackSources = new GroupedRates();
  readonly #attackGroups = new GroupedRates();
  readonly #weakSources = new GroupedRates();
  readonly #benignSources = new GroupedRates();
  readonly #benignKinds = new GroupedRates();
  readonly #benignGroups = new GroupedRates();
  readonly #attackLevels = new Map<Level, number>();
  readonly #benignLevels = new Map<Level, number>();
  readonly #attackScores = new NumberList();
  readonly #benignScores = new NumberList();
  readonly #durationsMs = new NumberList();
  readonly #degraded = new Map<string, number>();
  readonly #truncated = new Map<string, number>();
  readonly #unparsed = new Map<string, number>();
  readonly #misses: WorstList<ListedItem>;
  readonly #falsePositives: WorstList<ListedItem>;
  readonly #invalid: Problem[] = [];
  readonly #unscored: Problem[] = [];
  #invalidCount = 0;
  #unscoredCount = 0;
  #weakLeftOut = 0;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#misses = new WorstList(options.misses, ({ score }) => 1 - score);
    this.#falsePositives = new WorstList(options.falsePositives, ({ score }) => score);
  }

  addInvalid(problem: Problem): void {
    this.#invalidCount += 1;
    if (this.#invalid.length < MAX_PROBLEMS) this.#invalid.push(problem);
  }

  /** A record that nobody scored. It is in no rate: neither a miss nor harmless. */
  addUnscored(problem: Problem): void {
    this.#unscoredCount += 1;
    if (this.#unscored.length < MAX_PROBLEMS) this.#unscored.push(problem);
  }

  addWeakLeftOut(): void {
    this.#weakLeftOut += 1;
  }

  add(position: Position, record: LabelledRecord, assessment: Assessment, durationMs: number): void {
    for (const part of assessment.degraded) increment(this.#degraded, part);
    for (const part of assessment.truncated) increment(this.#truncated, part);
    for (const part of assessment.unparsed) increment(this.#unparsed, part);
    if (assessment.scores.content === null) {
      const missing = assessment.degraded.join(', ');
      this.addUnscored({ ...position, reason: `no content score${missing === '' ? '' : ` (degraded: ${missing})`}` });
      return;
    }
    this.#durationsMs.push(durationMs);
    const reached = reaches(assessment.level, this.#options.level);
    if (record.attack && record.weak) this.#weakSources.add(record.source, reached);
    else if (record.attack) this.#addAttack(position, record, assessment, reached);
    else this.#addBenign(position, record, assessment, reached);
  }

  #addAttack(position: Position, record: LabelledRecord, assessment: Assessment, detected: boolean): void {
    this.#byCategory.add(record.category, detected);
    this.#attackSources.add(record.source, detected);
    if (record.group !== null) this.#attackGroups.add(record.group, detected);
    increment(this.#attackLevels, assessment.level);
    this.#attackScores.push(assessment.score);
    if (!detected) this.#misses.add(listedItem(position, record, assessment));
  }

  #addBenign(position: Position, record: LabelledRecord, assessment: Assessment, flagged: boolean): void {
    this.#benignSources.add(record.source, flagged);
    if (record.kind !== null) this.#benignKinds.add(`${record.source} / ${record.kind}`, flagged);
    if (record.group !== null) this.#benignGroups.add(record.group, flagged);
    increment(this.#benignLevels, assessment.level);
    this.#benignScores.push(assessment.score);
    if (flagged) this.#falsePositives.add(listedItem(position, record, assessment));
  }

  /** @param thresholds - scores at which the levels begin */
  result(thresholds: Readonly<Record<CountedLevel, number>>): Tallied {
    const attackScores = this.#attackScores.values();
    const benignScores = this.#benignScores.values();
    const durationsMs = this.#durationsMs.values();
    const { groupBy, weak } = this.#options;
    return {
      items: {
        scored: durationsMs.length,
        weakLeftOut: this.#weakLeftOut,
        invalid: this.#invalidCount,
        unscored: this.#unscoredCount,
      },
      attacks: {
        detected: this.#attackSources.overall(),
        byCategory: this.#byCategory.groups(),
        bySource: this.#attackSources.groups(),
        byGroup: groupBy === null ? null : this.#attackGroups.groups(),
      },
      weak: weak ? { detected: this.#weakSources.overall(), bySource: this.#weakSources.groups() } : null,
      benign: {
        flagged: this.#benignSources.overall(),
        bySource: this.#benignSources.groups(),
        byKind: this.#benignKinds.groups(),
        byGroup: groupBy === null ? null : this.#benignGroups.groups(),
      },
      levels: COUNTED_LEVELS.map((level) => ({
        level,
        threshold: thresholds[level],
        attacks: wilson(countReaching(this.#attackLevels, level), attackScores.length),
        benign: wilson(countReaching(this.#benignLevels, level), benignScores.length),
      })),
      curve: attackScores.length > 0 && benignScores.length > 0 ? thresholdCurve(attackScores, benignScores) : null,
      time: summarizeTimes(durationsMs),
      inspection: {
        degraded: Object.fromEntries(this.#degraded),
        truncated: Object.fromEntries(this.#truncated),
        unparsed: Object.fromEntries(this.#unparsed),
      },
      invalid: this.#invalid,
      unscored: this.#unscored,
      misses: this.#misses.items,
      falsePositives: this.#falsePositives.items,
    };
  }
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countReaching(counts: ReadonlyMap<Level, number>, level: CountedLevel): number {
  return COUNTED_LEVELS.reduce((sum, counted) => sum + (reaches(counted, level) ? (counts.get(counted) ?? 0) : 0), 0);
}
