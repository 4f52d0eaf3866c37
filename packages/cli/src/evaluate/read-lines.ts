import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';
import type { Io } from '../output.js';

/** One line of an input, or why it could not be read. */
export interface InputLine {
  /** The name as it was given; `-` for standard input. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Without the line break; null when the line is no text. */
  readonly text: string | null;
  /** Why `text` is null. */
  readonly problem: string | null;
}

/** Longest line that is read, in bytes: six times the longest record of the shared data. Longer ones are reported, not kept. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const LINE_FEED = 0x0a;

/**
 * The lines of several inputs one by one, plain or gzipped, with bounded memory. Blank lines are left out but counted.
 * Rejects with a {@link CliError} when an input cannot be read or its compression is broken.
 */
export async function* readLines(files: readonly string[], io: Io): AsyncGenerator<InputLine> {
  for (const file of files) {
    try {
      yield* linesOf(file, inflated(open(file, io)));
    } catch (cause) {
      if (cause instanceof CliError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CliError(EXIT.input, `Cannot read ${file}: ${reason}`, { cause });
    }
  }
}

function open(file: string, io: Io): AsyncIterable<Uint8Array> {
  if (file === '-') return io.stdin ?? Readable.from([]);
  return createReadStream(resolve(io.cwd, file));
}

/** Takes gzip off where the first bytes say that it is there, whatever the file is called. */
async function* inflated(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = prepended(head, chunks);
  if (GZIP_MAGIC.some((byte, i) => head[i] !== byte)) {
    yield* whole;
    return;
  }
  // A failure of either end reaches the reader through the last stream; the callback only keeps it from being unhandled.
  yield* pipeline(Readable.from(whole), createGunzip(), () => {});
}

async function* prepended(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* linesOf(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<InputLine> {
  let line = 0;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const keep = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes <= MAX_LINE_BYTES) parts.push(part);
    else parts = [];
  };
  const finish = (): InputLine | null => {
    line += 1;
    const read = bytes > MAX_LINE_BYTES ? tooLong() : decoded(parts, line === 1);
    parts = [];
    bytes = 0;
    return read.text?.trim() === '' ? null : { file, line, ...read };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      const read = finish();
      if (read !== null) yield read;
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (bytes === 0) return;
  const last = finish();
  if (last !== null) yield last;
}

function tooLong(): Pick<InputLine, 'text' | 'problem'> {
  return { text: null, problem: `longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB` };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = '\ufeff';

function decoded(parts: readonly Uint8Array[], first: boolean): Pick<InputLine, 'text' | 'problem'> {
  try {
    const text = UTF8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    return { text: first && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, problem: null };
  } catch {
    return { text: null, problem: 'not UTF-8' };
  }
}
