import { resolve } from 'node:path';
import { createApiSecurity } from '@api-security/core';
import { GOLDEN_TOLERANCE } from '@api-security/core/extraction';
import { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import { listingText, verificationText } from '../models/models-text.js';
import { listModels, verifyModels } from '../models/verify-models.js';
import { type Io, paintFor, printJson, printLines } from '../output.js';
import type { CommandContext } from './action.js';

interface ModelsOptions {
  readonly models?: string;
  readonly json?: boolean;
}

/** `models list` and `models verify`. */
export function modelsCommand({ io, exits }: CommandContext): Command {
  const command = (name: string, summary: string, action: (options: ModelsOptions, io: Io) => Promise<ExitCode>) =>
    new Command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .option('--models <dir>', 'directory of the models (default: the bundled ones)')
      .option('--json', 'print it as JSON')
      .action(exits((options: ModelsOptions) => action(options, io)));
  return new Command('models')
    .summary('list or verify the models')
    .description('Looks at the models that the library loads.')
    .helpCommand(false)
    .addCommand(command('list', 'show names, versions, sizes and hashes', list))
    .addCommand(command('verify', 'check files, hashes, loading and golden vectors', verify));
}

async function list(options: ModelsOptions, io: Io): Promise<ExitCode> {
  const directory = directoryOf(options, io);
  const models = listModels(directory);
  if (options.json) printJson(io.stdout, { directory, models });
  else printLines(io.stdout, listingText(models, paintFor(io.stdout, io.env)));
  return EXIT.ok;
}

async function verify(options: ModelsOptions, io: Io): Promise<ExitCode> {
  const directory = directoryOf(options, io);
  const report = await verifyModels(directory);
  const ok = report.models.every((model) => model.ok);
  if (options.json) printJson(io.stdout, { directory, ok, tolerance: GOLDEN_TOLERANCE, ...report });
  else printLines(io.stdout, verificationText(report, paintFor(io.stdout, io.env)));
  return ok ? EXIT.ok : EXIT.engine;
}

function directoryOf({ models }: ModelsOptions, io: Io): string {
  // An engine that is off loads nothing, but has resolved where it would load from.
  return models === undefined ? createApiSecurity({ mode: 'off' }).options.models : resolve(io.cwd, models);
}
