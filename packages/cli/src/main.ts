import { createRequire } from 'node:module';
import { ApiSecurityError } from '@api-security/core';
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import type { CommandContext } from './commands/action.js';
import { analyzeCommand } from './commands/analyze.js';
import { evaluateCommand } from './commands/evaluate.js';
import { migrateCommand } from './commands/migrate.js';
import { modelsCommand } from './commands/models.js';
import { serveCommand } from './commands/serve.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { type Io, paintFor } from './output.js';
import { printable } from './printable.js';

/**
 * The whole program.
 *
 * @param argv - the arguments alone, without the names of the program and its interpreter
 * @returns the exit code; never rejects
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const context: CommandContext = {
    io,
    exits:
      (action) =>
      async (...args) => {
        exitCode = await action(...args);
      },
  };
  try {
    await program(context).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own: help and version end with 0, everything else is a mistake on the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`${paintFor(io.stderr, io.env).red(`api-security: ${printable(message)}`)}\n`);
    return exitCodeOf(error);
  }
}

function program(context: CommandContext): Command {
  const { io } = context;
  const root = new Command('api-security')
    .description('Looks at requests with the models of api-security.')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false);
  const commands = [
    evaluateCommand(context),
    analyzeCommand(context),
    modelsCommand(context),
    migrateCommand(context),
    serveCommand(context),
  ];
  for (const command of commands) root.addCommand(command);
  settle(root, io);
  return root;
}

/** Makes a command and those below it write to the given streams and throw instead of ending the process. */
function settle(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    getOutHasColors: () => paintFor(io.stdout, io.env).enabled,
    getErrHasColors: () => paintFor(io.stderr, io.env).enabled,
  });
  for (const child of command.commands) settle(child, io);
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof ApiSecurityError && error.code.startsWith('API_SECURITY_OPTION')) return EXIT.usage;
  if (error instanceof ApiSecurityError && error.code.startsWith('API_SECURITY_STORE')) return EXIT.store;
  return EXIT.engine;
}

function version(): string {
  const { version } = createRequire(import.meta.url)('@api-security/cli/package.json') as { version: string };
  return version;
}
