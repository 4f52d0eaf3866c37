import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Quartiles, quartiles } from '../guard/quantiles.js';
import type { FootprintRow } from '../results/footprint.js';

const HOSTS = ['http', 'express'] as const;
const RUNTIMES = ['wasm', 'onnxruntime-node', 'onnxruntime-web'] as const;
const CHILD = fileURLToPath(new URL('./footprint-host.cjs', import.meta.url));
const print = (line: string) => process.stdout.write(`${line}\n`);

/** What a process says when it has started and is at rest. */
interface Started {
  readonly importMs: number;
  readonly readyMs: number;
  readonly rssBytes: number;
  /** Of it, what no file lies behind. */
  readonly ownBytes: number;
}

async function started(host: string, runtime: string): Promise<Started> {
  const child: ChildProcess = fork(CHILD, [host, runtime], { execArgv: ['--expose-gc'], stdio: 'inherit' });
  const exit = once(child, 'exit');
  const [said] = (await Promise.race([once(child, 'message'), exit])) as [Started | number | null];
  if (said === null || typeof said === 'number') throw new Error(`${host} with ${runtime} ended early`);
  await exit;
  return said;
}

const shown = ({ q1, median, q3 }: Quartiles) =>
  `${median.toFixed(1)} (${q1.toFixed(1)}–${q3.toFixed(1)})`.padStart(20);

/** Rounds of a bare server and of one with each run time, one process after the other. */
async function measured(host: string, rounds: number): Promise<FootprintRow[]> {
  const bare: Started[] = [];
  const beside: Started[][] = RUNTIMES.map(() => []);
  for (let round = 0; round < rounds; round++) {
    bare.push(await started(host, 'bare'));
    for (const [i, runtime] of RUNTIMES.entries()) beside[i]?.push(await started(host, runtime));
  }
  return RUNTIMES.map((runtime, i) => {
    const runs = beside[i] as Started[];
    return {
      host,
      runtime,
      rssMb: quartiles(runs.map(({ rssBytes }, round) => (rssBytes - (bare[round] as Started).rssBytes) / 1e6)),
      ownMb: quartiles(runs.map(({ ownBytes }, round) => (ownBytes - (bare[round] as Started).ownBytes) / 1e6)),
      importMs: quartiles(runs.map(({ importMs }) => importMs)),
      readyMs: quartiles(runs.map(({ readyMs }) => readyMs)),
      startMs: quartiles(runs.map(({ importMs, readyMs }) => importMs + readyMs)),
    };
  });
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, json: { type: 'string' } } });
print(`Median (quartiles) of ${values.rounds} rounds, Node ${process.version}`);
const TITLES = ['RSS added, MB', 'of it own, MB', 'import, ms', 'to ready(), ms', 'both, ms'];
print(['beside'.padEnd(10), 'run time'.padEnd(18), ...TITLES.map((title) => title.padStart(20))].join(''));
const rows: FootprintRow[] = [];
for (const host of HOSTS) {
  for (const row of await measured(host, Number(values.rounds))) {
    const { rssMb, ownMb, importMs, readyMs, startMs } = row;
    const columns = [rssMb, ownMb, importMs, readyMs, startMs].map(shown);
    print([row.host.padEnd(10), row.runtime.padEnd(18), ...columns].join(''));
    rows.push(row);
  }
}
if (values.json !== undefined) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, JSON.stringify(rows, null, 1));
}
