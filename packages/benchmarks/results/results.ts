import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sweep } from '../cost/sweep.js';
import type { Allocation } from '../guard/allocation.js';
import type { BesideUploads } from '../guard/beside-uploads.js';
import type { GuardTime } from '../guard/guard-time.js';
import type { Throughput } from '../guard/throughput.js';
import type { Traffic } from '../guard/traffic.js';
import { type ClientsMemory, readClientsMemory } from './clients-memory.js';
import { type FootprintRow, readFootprint } from './footprint.js';
import type { Machine } from './machine.js';

/** Everything that one run of the benchmarks measured. */
export interface Results {
  readonly machine: Machine;
  /** By name of the package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly length: 'quick' | 'default' | 'full';
  readonly traffic: readonly Omit<Traffic, 'requests'>[];
  readonly guardTime: readonly GuardTime[];
  readonly allocation: readonly Allocation[];
  readonly throughput: readonly Throughput[];
  readonly uploads: readonly BesideUploads[];
  readonly sweeps: readonly Sweep[];
  /** Measured by itself. */
  readonly clients: ClientsMemory | null;
  /** Measured by itself. */
  readonly footprint: readonly FootprintRow[];
}

const FILE = new URL('../.work/results.json', import.meta.url);

export function writeResults(results: Results): void {
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(results, null, 1)}\n`);
}

/** Of the last run. */
export function readResults(): Results {
  try {
    return { ...JSON.parse(readFileSync(FILE, 'utf8')), clients: readClientsMemory(), footprint: readFootprint() };
  } catch (error) {
    throw new Error(`No results in ${fileURLToPath(FILE)}: run \`npm run bench\` first.`, { cause: error });
  }
}
