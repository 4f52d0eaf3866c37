import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from './content/collect.js';
import { extract } from './content/extract.js';
import { writeGolden } from './content/golden.js';
import { gateContent } from './gate/gate-content.js';
import { python } from './python.js';
import { publishReports, release, shippedModel } from './release.js';
import { SETTINGS } from './settings.js';
import type { Stage } from './stages.js';

/**
 * From labelled requests and payloads to a released content tower.
 *
 * @param data - folder of `*.jsonl.gz`
 */
export function contentStages(data: string): Stage[] {
  const { root, work, models, reports, seed, steps, versions } = SETTINGS;
  const version = versions.content;
  const core = join(root, '..', '..', 'packages', 'core', 'src');
  const code = join(root, 'python', 'content_tower');
  const collected = join(work, 'collected.json');
  const extracted = join(work, 'extracted');
  const fitted = join(work, 'fitted.pt');
  const weights = join(work, 'content.pt');
  const candidate = join(work, 'candidate', 'content', version);
  const pages = join(work, 'reports');
  const fitting = ['kernel.cpp', 'kernel.py', 'network.py', 'data.py', 'groups.py', 'scoring.py', 'sampler.py'];
  return [
    {
      name: 'content-collect',
      reads: [data],
      writes: [collected],
      run: () => void collect(data, collected),
    },
    {
      name: 'content-extract',
      reads: [collected, join(root, 'src', 'content'), join(core, 'content'), join(core, 'observation')],
      settings: { seed },
      writes: [extracted],
      async run() {
        rmSync(extracted, { recursive: true, force: true });
        await extract(data, extracted, seed);
      },
    },
    {
      name: 'content-fit',
      reads: [extracted, ...[...fitting, 'augment.py', 'fit.py'].map((file) => join(code, file))],
      settings: { seed, steps },
      writes: [fitted],
      run: () => python('content_tower.fit', '--data', extracted, '--seed', seed, '--out', fitted, '--steps', steps),
    },
    {
      name: 'content-categories',
      reads: [extracted, fitted, join(code, 'category_head.py')],
      settings: { seed },
      writes: [weights],
      run: () =>
        python(
          'content_tower.category_head',
          '--data',
          extracted,
          '--seed',
          seed,
          '--weights',
          fitted,
          '--out',
          weights,
        ),
    },
    {
      name: 'content-export',
      reads: [weights, code, join(root, 'python', 'release'), join(reports, 'content-notes.json')],
      settings: { seed, version },
      writes: [candidate],
      async run() {
        rmSync(candidate, { recursive: true, force: true });
        const from = ['--data', extracted, '--weights', weights, '--seed', seed];
        const notes = JSON.parse(readFileSync(join(reports, 'content-notes.json'), 'utf8')) as string[];
        python('content_tower.export', ...from, '--out', candidate, ...notes.flatMap((note) => ['--note', note]));
        await writeGolden(candidate);
        mkdirSync(pages, { recursive: true });
        const extra = ['--ablation', join(reports, 'content-ablation.json')];
        python('content_tower.report', ...from.slice(0, 4), '--model', candidate, '--reports', pages, ...extra);
      },
    },
    {
      name: 'content-gate',
      reads: [candidate, extracted, join(root, 'src', 'gate')],
      writes: [join(models, 'content', version)],
      async run() {
        const shipped = shippedModel(join(models, 'content'));
        const result = await gateContent(extracted, candidate, shipped);
        writeFileSync(join(work, 'content-gate.json'), JSON.stringify(result, null, 2));
        if (result.reasons.length > 0) throw new Error(`Refused, worse than ${shipped}: ${result.reasons.join('; ')}.`);
        release(candidate, version, join(models, 'content'));
        publishReports(pages, reports, 'content', version);
      },
    },
  ];
}
