import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE, learnSplits } from './extract.js';
import { readRecords } from './record.js';
import { isUsed } from './selection.js';

/**
 * Writes the records of the test split as they are, for `api-security evaluate`: what the product makes of requests
 * (`requests/<source>.jsonl`) and bare values (`values/<source>.jsonl`) that no model has trained on or was chosen by.
 *
 * @returns records written
 */
export async function writeHeldOut(from: string, to: string): Promise<number> {
  const files = readdirSync(from)
    .filter((name) => name.endsWith(DATA_FILE))
    .sort();
  const splits = await learnSplits(files.map((name) => join(from, name)));
  let written = 0;
  for (const name of files) {
    const lines: Record<'requests' | 'values', string[]> = { requests: [], values: [] };
    let index = -1;
    for await (const record of readRecords(join(from, name))) {
      index++;
      if (!isUsed(record, index) || splits.of(record) !== 'test') continue;
      lines[record.payload === undefined ? 'requests' : 'values'].push(`${JSON.stringify(record)}\n`);
    }
    for (const kind of ['requests', 'values'] as const) {
      if (lines[kind].length === 0) continue;
      mkdirSync(join(to, kind), { recursive: true });
      writeFileSync(join(to, kind, `${name.slice(0, -DATA_FILE.length)}.jsonl`), lines[kind].join(''));
      written += lines[kind].length;
    }
  }
  return written;
}
