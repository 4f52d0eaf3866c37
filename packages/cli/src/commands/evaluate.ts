import { Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from '../cli-error.js';
import { COUNTED_LEVELS, type CountedLevel, type EvaluationReport } from '../evaluate/evaluation-report.js';
import { PLACEMENTS, type Placement } from '../evaluate/placement.js';
import { readLines } from '../evaluate/read-lines.js';
import { reportText } from '../evaluate/report-text.js';
import { runEvaluation } from '../evaluate/run-evaluation.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withEngine } from '../open-engine.js';
import { type Io, paintFor, printJson, printLines } from '../output.js';
import { Progress } from '../progress.js';
import type { CommandContext } from './action.js';

interface EvaluateOptions {
  readonly level: CountedLevel;
  readonly placement: Placement;
  readonly weak?: boolean;
  readonly groupBy?: string;
  readonly misses: number;
  readonly falsePositives: number;
  readonly sample?: number;
  readonly seed: number;
  readonly strict?: boolean;
  readonly models?: string;
  readonly json?: boolean;
}

/** Most items that are listed: they are held in memory. */
const MAX_LISTED = 10_000;
/** Most items that are sampled, for the same reason. */
const MAX_SAMPLE = 1_000_000;

/** `evaluate <file...>`: labelled requests → detection and false-positive rates. */
export function evaluateCommand({ io, exits }: CommandContext): Command {
  return new Command('evaluate')
    .summary('measure detection and false positives on labelled requests')
    .description(
      'Scores labelled requests or payloads (JSON lines, plain or gzipped) and reports rates with 95 % intervals.',
    )
    .argument('<file...>', 'files of labelled records; - reads standard input')
    .addOption(new Option('--level <level>', 'level that counts as detected').choices(COUNTED_LEVELS).default('high'))
    .addOption(new Option('--placement <place>', 'where bare payloads are put').choices(PLACEMENTS).default('query'))
    .option('--weak', 'score attacks that show nothing in the request too, and report them apart')
    .option('--group-by <field>', 'also count by this field of the records, e.g. repo, template, kind')
    .option('--misses <n>', 'list the n attacks with the lowest scores', count(MAX_LISTED), 0)
    .option('--false-positives <n>', 'list the n benign requests with the highest scores', count(MAX_LISTED), 0)
    .option('--sample <n>', 'score only n records, picked evenly', count(MAX_SAMPLE))
    .option('--seed <n>', 'picks another sample', count(2 ** 32 - 1), 1)
    .option('--strict', 'exit with 3 when a line is no record')
    .option('--models <dir>', 'directory of the models (default: the bundled ones)')
    .option('--json', 'print the report as JSON')
    .action(exits((files: string[], options: EvaluateOptions) => evaluate(files, options, io)));
}

async function evaluate(files: readonly string[], options: EvaluateOptions, io: Io): Promise<ExitCode> {
  const progress = new Progress(io.stderr);
  const report = await withEngine(options.models, io, async (engine) => {
    try {
      return await runEvaluation(
        engine,
        readLines(files, io),
        {
          inputs: files,
          level: options.level,
          placement: options.placement,
          weak: options.weak ?? false,
          groupBy: options.groupBy ?? null,
          misses: options.misses,
          falsePositives: options.falsePositives,
          sample: options.sample ?? null,
          seed: options.seed,
        },
        (done, total) => progress.update(done, total),
      );
    } finally {
      progress.end();
    }
  });
  if (options.json) printJson(io.stdout, report);
  else printLines(io.stdout, reportText(report, paintFor(io.stdout, io.env)));
  return exitCodeOf(report, options.strict ?? false);
}

function exitCodeOf({ items }: EvaluationReport, strict: boolean): ExitCode {
  if (items.unscored > 0) throw new CliError(EXIT.engine, `${items.unscored} records were not scored.`);
  if (items.scored === 0) throw new CliError(EXIT.input, 'There was no record to score.');
  if (strict && items.invalid > 0) throw new CliError(EXIT.input, `${items.invalid} lines are no records.`);
  return EXIT.ok;
}

function count(most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number up to ${most}.`);
  };
}
