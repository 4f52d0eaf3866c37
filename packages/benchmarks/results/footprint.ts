import { existsSync, readFileSync } from 'node:fs';
import type { Quartiles } from '../guard/quantiles.js';

/** What a run time added to a process that had started, in one of the rows of `npm run bench:footprint -- --json .work/footprint.json`. */
export interface FootprintRow {
  /** `http` alone, or `express`, which wakes much of what we need too. */
  readonly host: string;
  readonly runtime: string;
  readonly rssMb: Quartiles;
  /** Of it, what no file lies behind. */
  readonly ownMb: Quartiles;
  readonly importMs: Quartiles;
  readonly readyMs: Quartiles;
  /** Both together. */
  readonly startMs: Quartiles;
}

const FILE = new URL('../.work/footprint.json', import.meta.url);

/** Of the last run; empty when there was none. */
export function readFootprint(): readonly FootprintRow[] {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];
}
