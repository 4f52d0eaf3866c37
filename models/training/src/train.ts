import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extract } from './content/extract.js';
import { writeGolden } from './content/golden.js';
import { writeHeldOut } from './content/write-held-out.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const WORK = process.env.TRAINING_WORK ?? join(ROOT, '.work');
const PYTHON = process.env.TRAINING_PYTHON ?? 'python3';
const SEED = process.env.TRAINING_SEED ?? '2026';
const CONTENT_VERSION = process.env.CONTENT_VERSION ?? '1.0.0';

const EXTRACTED = join(WORK, 'extracted');
const WEIGHTS = join(WORK, 'content.pt');
const RELEASE = join(ROOT, '..', 'content', CONTENT_VERSION);

/** The steps from data to a released content tower, in order. Each reads what the one before it wrote. */
const STEPS: Readonly<Record<string, (argument: string | undefined) => Promise<void> | void>> = {
  async extract(data) {
    if (data === undefined)
      throw new Error('Say where the data is: npm run train -- extract <directory of *.jsonl.gz>');
    await extract(data, EXTRACTED, SEED);
  },
  fit(steps = '9000') {
    python('content_tower.fit', '--data', EXTRACTED, '--out', WEIGHTS, '--steps', steps, '--seed', SEED);
    python('content_tower.category_head', '--data', EXTRACTED, '--weights', WEIGHTS, '--seed', SEED);
  },
  async export(note) {
    python(
      'content_tower.export',
      '--data',
      EXTRACTED,
      '--weights',
      WEIGHTS,
      '--out',
      RELEASE,
      '--seed',
      SEED,
      ...(note === undefined ? [] : ['--note', note]),
    );
    await writeGolden(RELEASE);
  },
  report() {
    python(
      'content_tower.report',
      '--data',
      EXTRACTED,
      '--weights',
      WEIGHTS,
      '--model',
      RELEASE,
      '--reports',
      join(ROOT, 'reports'),
    );
  },
  async 'held-out'(data) {
    if (data === undefined)
      throw new Error('Say where the data is: npm run train -- held-out <directory of *.jsonl.gz>');
    const to = join(WORK, 'held-out');
    process.stdout.write(`${await writeHeldOut(data, to)} records in ${to}\n`);
  },
};

function python(module: string, ...options: string[]): void {
  const { status } = spawnSync(PYTHON, ['-m', module, ...options], { cwd: join(ROOT, 'python'), stdio: 'inherit' });
  if (status !== 0) throw new Error(`${module} ended with status ${status}.`);
}

const [step = '', argument] = process.argv.slice(2);
const run = STEPS[step];
if (run === undefined) {
  process.stderr.write(`Usage: npm run train -- <${Object.keys(STEPS).join(' | ')}>\n`);
  process.exitCode = 2;
} else {
  mkdirSync(WORK, { recursive: true });
  await run(argument);
}
