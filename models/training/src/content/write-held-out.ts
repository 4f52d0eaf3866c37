import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from './collect.js';
import { learnSplits } from './extract.js';
import { type LabelledRecord, readRecords } from './record.js';
import { reviewedLabel } from './reviewed-labels.js';
import { isUsed } from './selection.js';

/** Folders that are written: exploit requests that show none, or only a plain external URL, stand apart from the others. */
const FOLDERS = ['requests', 'unshown', 'plain-urls', 'values'] as const;

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
    const lines: Record<(typeof FOLDERS)[number], string[]> = {
      requests: [],
      unshown: [],
      'plain-urls': [],
      values: [],
    };
    let index = -1;
    for await (const record of readRecords(join(from, name))) {
      index++;
      if (!isUsed(record, index) || splits.of(record) !== 'test') continue;
      lines[folderOf(record, index)].push(`${JSON.stringify(record)}\n`);
    }
    for (const folder of FOLDERS) {
      if (lines[folder].length === 0) continue;
      mkdirSync(join(to, folder), { recursive: true });
      writeFileSync(join(to, folder, `${name.slice(0, -DATA_FILE.length)}.jsonl`), lines[folder].join(''));
      written += lines[folder].length;
    }
  }
  return written;
}

function folderOf(record: LabelledRecord, index: number): (typeof FOLDERS)[number] {
  if (record.payload !== undefined) return 'values';
  const verdict = record.label === 'attack' ? reviewedLabel(record, index) : null;
  return verdict === null ? 'requests' : verdict === 'unshown' ? 'unshown' : 'plain-urls';
}
