import picocolors from 'picocolors';
import { printableJson } from './printable.js';

/** A stream that takes text. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** The world around the program. Tests pass their own. */
export interface Io {
  /** Read where a file is named `-`. @defaultValue nothing to read */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative file names are relative to. */
  readonly cwd: string;
  /** Resolves when a command that goes on until it is told to end is told so. @defaultValue never */
  readonly untilTold?: () => Promise<unknown>;
}

/** Marks for people. All of them leave text as it is where there are no colours. */
export type Paint = Pick<
  ReturnType<typeof picocolors.createColors>,
  'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'underline'
> & {
  readonly enabled: boolean;
};

/** Colours for a terminal that wants them: a TTY, and neither `NO_COLOR` (no-color.org) nor a dumb terminal. */
export function paintFor(sink: TextSink, env: Io['env']): Paint {
  const enabled = sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return { ...picocolors.createColors(enabled), enabled };
}

/** Prints lines for people. */
export function printLines(sink: TextSink, lines: readonly string[]): void {
  sink.write(`${lines.join('\n')}\n`);
}

/** Prints one JSON document for programs. */
export function printJson(sink: TextSink, value: unknown): void {
  sink.write(`${printableJson(value)}\n`);
}
