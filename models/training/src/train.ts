import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { behaviourStages } from './behaviour-stages.js';
import { writeHeldOut } from './content/write-held-out.js';
import { contentStages } from './content-stages.js';
import { measureEvasion } from './evasion/measure-evasion.js';
import { SETTINGS } from './settings.js';
import { runStages } from './stages.js';

const { work } = SETTINGS;

/** What the pipeline can be asked for; the first argument names it, the others are its own. */
const COMMANDS: Readonly<Record<string, { readonly takes: string; run(...folders: string[]): Promise<unknown> }>> = {
  content: {
    takes: '<requests>',
    run: (requests) => runStages(contentStages(requests ?? ''), join(work, 'stages'), say),
  },
  behaviour: {
    takes: '<recordings> <flows>',
    run: (recordings = '', flows = '') => runStages(behaviourStages(recordings, flows), join(work, 'stages'), say),
  },
  all: {
    takes: '<requests> <recordings> <flows>',
    run: (requests = '', recordings = '', flows = '') =>
      runStages([...contentStages(requests), ...behaviourStages(recordings, flows)], join(work, 'stages'), say),
  },
  evasion: {
    takes: '<requests>',
    async run(requests = '') {
      const { overall, lookAlikes, version } = await measureEvasion({
        data: requests,
        reports: SETTINGS.reports,
        models: SETTINGS.models,
        payloads: 600,
      });
      say(`evasion-${version}: ${JSON.stringify(overall)}; look-alikes: ${JSON.stringify(lookAlikes.at(-1))}`);
    },
  },
  'held-out': {
    takes: '<requests>',
    async run(requests = '') {
      const to = join(work, 'held-out');
      say(`${await writeHeldOut(requests, to)} records in ${to}`);
    },
  },
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const [name = '', ...folders] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined || folders.length !== command.takes.split(' ').length) {
  const usage = Object.entries(COMMANDS).map(([known, { takes }]) => `  npm run train -- ${known} ${takes}`);
  process.stderr.write(`Usage:\n${usage.join('\n')}\n`);
  process.exitCode = 2;
} else {
  mkdirSync(work, { recursive: true });
  await command.run(...folders);
}
