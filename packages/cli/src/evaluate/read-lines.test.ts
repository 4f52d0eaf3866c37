import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../output.js';
import { readLines } from './read-lines.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'api-security-lines-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const io = (stdin?: AsyncIterable<Uint8Array>): Io => {
  const nowhere = { write: () => true };
  return { stdout: nowhere, stderr: nowhere, env: {}, cwd, ...(stdin !== undefined && { stdin }) };
};

async function read(files: readonly string[], stdin?: AsyncIterable<Uint8Array>) {
  const lines = [];
  for await (const line of readLines(files, io(stdin))) lines.push(line);
  return lines;
}

describe('the lines of an input', () => {
  it('are numbered, with blank ones counted but left out, whatever ends them', async () => {
    writeFileSync(join(cwd, 'plain'), '\ufeffone\r\n\n  \ntwo é\nthree');
    expect(await read(['plain'])).toEqual([
      { file: 'plain', line: 1, text: 'one\r', problem: null },
      { file: 'plain', line: 4, text: 'two é', problem: null },
      { file: 'plain', line: 5, text: 'three', problem: null },
    ]);
  });

  it('are unzipped by their first bytes, not by their name, also in several members', async () => {
    writeFileSync(join(cwd, 'zipped.txt'), Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]));
    writeFileSync(join(cwd, 'plain.gz'), 'three\n');
    expect((await read(['zipped.txt', 'plain.gz'])).map(({ file, line, text }) => [file, line, text])).toEqual([
      ['zipped.txt', 1, 'one'],
      ['zipped.txt', 2, 'two'],
      ['plain.gz', 1, 'three'],
    ]);
  });

  it('come from standard input too, however it is cut into pieces', async () => {
    const zipped = gzipSync('one é\ntwo\n');
    const bytes = Array.from(zipped, (_, i) => zipped.subarray(i, i + 1));
    expect((await read(['-'], Readable.from(bytes))).map(({ text }) => text)).toEqual(['one é', 'two']);
    expect(await read(['-'])).toEqual([]);
  });

  it('are reported where they are no text, and reading goes on', async () => {
    writeFileSync(join(cwd, 'odd'), Buffer.concat([Buffer.from([0x61, 0xff, 0x0a]), Buffer.from('two\n')]));
    expect(await read(['odd'])).toEqual([
      { file: 'odd', line: 1, text: null, problem: 'not UTF-8' },
      { file: 'odd', line: 2, text: 'two', problem: null },
    ]);
  });

  it('are reported where they are endless, without being kept', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    const pieces = [...Array.from({ length: 20 }, () => megabyte), Buffer.from('\nnext\n')];
    expect(await read(['-'], Readable.from(pieces))).toEqual([
      { file: '-', line: 1, text: null, problem: 'longer than 16 MiB' },
      { file: '-', line: 2, text: 'next', problem: null },
    ]);
  });

  it.each([
    ['missing', () => undefined],
    ['cut.gz', () => gzipSync('one\ntwo\n').subarray(0, 20)],
    ['broken.gz', () => Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
  ])('reject where the input cannot be read: %s', async (name, contents) => {
    const bytes = contents();
    if (bytes !== undefined) writeFileSync(join(cwd, name), bytes);
    await expect(read([name])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`Cannot read ${name}`),
    });
  });
});
