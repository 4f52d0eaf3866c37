import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { type Io, paintFor, printJson, printLines } from '../output.js';
import { printable } from '../printable.js';
import type { CommandContext } from './action.js';

interface MigrateOptions {
  readonly databaseUrl?: string;
  readonly schema?: string;
  readonly json?: boolean;
}

/** `migrate`: brings a Postgres database to the schema of this version. */
export function migrateCommand({ io, exits }: CommandContext): Command {
  return new Command('migrate')
    .summary('make or update the tables of the Postgres store')
    .description(
      'Makes or updates the tables of the Postgres store. Safe to run again, and from many machines at once.',
    )
    .option('--database-url <url>', 'postgres://user:password@host:port/database (default: DATABASE_URL)')
    .option('--schema <name>', 'schema of the tables (default: api_security)')
    .option('--json', 'print it as JSON')
    .action(exits((options: MigrateOptions) => migrate(options, io)));
}

async function migrate({ databaseUrl = '', schema, json }: MigrateOptions, io: Io): Promise<ExitCode> {
  const connectionString = databaseUrl || io.env.DATABASE_URL;
  if (!connectionString) throw new CliError(EXIT.usage, 'name the database: --database-url or DATABASE_URL');
  const { migratePostgres } = await importPostgres();
  const report = await migratePostgres({ connectionString, ...(schema !== undefined && { schema }) });
  if (json) {
    printJson(io.stdout, report);
    return EXIT.ok;
  }
  const { green } = paintFor(io.stdout, io.env);
  printLines(io.stdout, [
    ...report.applied.map((name) => `${green('applied')} ${printable(name)}`),
    `schema ${printable(report.schema)} is at version ${report.version}${report.applied.length === 0 ? ', nothing to do' : ''}`,
  ]);
  return EXIT.ok;
}

/** The store is an optional part: most programs that use this one have no Postgres. */
async function importPostgres(): Promise<typeof import('@api-security/postgres')> {
  try {
    return await import('@api-security/postgres');
  } catch (cause) {
    throw new CliError(EXIT.input, 'the Postgres store is not installed: npm i @api-security/postgres pg', { cause });
  }
}
