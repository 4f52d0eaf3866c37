import { fileURLToPath } from 'node:url';
import type { ModelFiles, Runtime } from '@api-security/core';
import { openRuntime, readModels } from '@api-security/core/extraction';
import { contentBatches, contentRows, type Feeds, flowFeeds, random, sequenceFeeds } from './samples.js';

const RUNS = 4_000;
const WARM_UP = 500;
const print = (line: string) => process.stdout.write(`${line}\n`);
const folder = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const next = random(1);
const extracted = folder('models/training/.work/extracted');

/** What is fed to a model, by what it stands for. */
function casesOf(files: ModelFiles): [name: string, feeds: readonly Feeds[]][] {
  switch (files.manifest.role) {
    case 'content': {
      const rows = contentRows(files, 20_000, extracted, next);
      const between = (least: number, most: number) =>
        contentBatches(rows.filter(({ tokens }) => tokens.length > least && tokens.length <= most).slice(0, RUNS), 1);
      return [
        ['content, a window of up to 32 tokens', between(0, 32)],
        ['content, a window of 33 to 64 tokens', between(32, 64)],
        ['content, a window of 225 to 256 tokens', between(224, 256)],
      ];
    }
    case 'flow':
      return [['flow, a connection', flowFeeds(files, RUNS, next)]];
    case 'sequence': {
      const feeds = sequenceFeeds(files, RUNS * 2, next);
      const steps = ({ mask }: Feeds) => mask?.data.filter((real) => real > 0).length;
      return [
        ['sequence, 1 step', feeds.filter((each) => steps(each) === 1)],
        ['sequence, 16 steps', feeds.filter((each) => steps(each) === 16)],
      ];
    }
  }
}

/** Microseconds of one run: median and 99th percentile. */
async function timed(files: ModelFiles, runtime: Runtime, feeds: readonly Feeds[]): Promise<string> {
  const session = await runtime.load(files.bytes);
  const times: number[] = [];
  for (let i = 0; i < RUNS + WARM_UP; i++) {
    const start = process.hrtime.bigint();
    await session.run(feeds[i % feeds.length] as Feeds);
    if (i >= WARM_UP) times.push(Number(process.hrtime.bigint() - start) / 1_000);
  }
  await session.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] as number).toFixed(1);
  return `${at(0.5)} / ${at(0.99)}`.padStart(18);
}

const runtimes = [await openRuntime('wasm'), await openRuntime('onnxruntime-node')];
print(`${'µs a run, p50 / p99'.padEnd(40)}${runtimes.map(({ name }) => name.padStart(18)).join('')}`);
for (const files of readModels(folder('models'))) {
  for (const [name, feeds] of casesOf(files)) {
    if (feeds.length === 0) continue;
    let line = name.padEnd(40);
    for (const runtime of runtimes) line += await timed(files, runtime, feeds);
    print(line);
  }
}
