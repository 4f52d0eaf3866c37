import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { levelOf, type ModelFiles, type Session } from '@api-security/core';
import { openRuntime, readModels } from '@api-security/core/extraction';
import { contentBatches, contentRows, type Feeds, flowFeeds, random, sequenceFeeds } from './samples.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    /** Folder of extracted windows. */
    windows: {
      type: 'string',
      default: fileURLToPath(new URL('../../../models/training/.work/extracted', import.meta.url)),
    },
  },
});
const ROWS = Number(values.rows);
/** Largest difference of a score that is accepted. */
const TOLERANCE = 2e-3;
const THRESHOLDS = { medium: 0.4, high: 0.6, critical: 0.8 };

const print = (line: string) => process.stdout.write(`${line}\n`);
const models = fileURLToPath(new URL('../../../models', import.meta.url));
const [ours, theirs] = [await openRuntime('wasm'), await openRuntime('onnxruntime-node')];
const next = random(Number(values.seed));
let failed = false;

function feedsOf(files: ModelFiles): Feeds[] {
  switch (files.manifest.role) {
    case 'content':
      return contentBatches(contentRows(files, ROWS, values.windows, next));
    case 'flow':
      return flowFeeds(files, ROWS, next);
    case 'sequence':
      return sequenceFeeds(files, ROWS, next);
  }
}

async function compare(files: ModelFiles, fast: Session, general: Session): Promise<void> {
  const worst: Record<string, number> = {};
  const changes: string[] = [];
  let rows = 0;
  for (const feeds of feedsOf(files)) {
    const [found, wanted] = [await fast.run(feeds), await general.run(feeds)];
    for (const [name, { data }] of Object.entries(wanted)) {
      for (const [i, value] of data.entries()) {
        const deviation = Math.abs(value - (found[name]?.data[i] ?? Number.NaN));
        if (!(deviation <= (worst[name] ?? 0))) worst[name] = deviation;
      }
    }
    for (const [i, score] of (wanted.score?.data ?? []).entries()) {
      const got = found.score?.data[i] ?? Number.NaN;
      rows++;
      if (levelOf(score, THRESHOLDS) !== levelOf(got, THRESHOLDS)) changes.push(`${score} became ${got}`);
    }
  }
  const deviations = Object.entries(worst).map(([name, deviation]) => `${name} ${deviation.toExponential(1)}`);
  print(
    `${files.manifest.role.padEnd(9)} ${rows} rows, worst deviation: ${deviations.join(', ')}; ${changes.length} levels changed`,
  );
  for (const change of changes) print(`  ${change}`);
  if (!((worst.score ?? Number.NaN) < TOLERANCE)) failed = true;
}

for (const files of readModels(models)) {
  await compare(files, await ours.load(files.bytes), await theirs.load(files.bytes));
}
if (failed) process.exitCode = 1;
