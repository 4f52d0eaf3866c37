import type { ExitCode } from '../exit-code.js';
import type { Io } from '../output.js';

/** What every command is built from. */
export interface CommandContext {
  readonly io: Io;
  /** Wraps a command's action: what it resolves to becomes the exit code. */
  readonly exits: <A extends unknown[]>(action: (...args: A) => Promise<ExitCode>) => (...args: A) => Promise<void>;
}
