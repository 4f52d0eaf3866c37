import { Readable } from 'node:stream';
import { type ExitCode, run } from '../src/index.js';

/** What a run of the program left behind. */
export interface Captured {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** The outside of a run. */
export interface Surroundings {
  readonly cwd: string;
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Both streams are a terminal. */
  readonly tty?: boolean;
}

/** Runs the program and captures what it prints. */
export async function runCaptured(
  argv: readonly string[],
  { cwd, stdin, env = {}, tty = false }: Surroundings,
): Promise<Captured> {
  const printed = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof printed) => ({
    isTTY: tty,
    write(text: string) {
      printed[name] += text;
    },
  });
  const exitCode = await run(argv, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env,
    cwd,
    ...(stdin !== undefined && { stdin: Readable.from([Buffer.from(stdin)]) }),
  });
  return { exitCode, ...printed };
}
