import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ExtractedRecord } from '../content/extract.js';

/** One window as the extraction wrote it. */
export interface ExtractedWindow {
  readonly place: number;
  readonly name: Uint8Array;
  readonly text: Uint8Array;
}

/** A record with its windows; none where triage let every value pass. */
export interface WindowedRecord extends ExtractedRecord {
  readonly bag: readonly ExtractedWindow[];
}

/** Reads what `extract` wrote of one source. @throws Error when the two files do not belong together */
export function readExtracted(folder: string, source: string): WindowedRecord[] {
  const lines = gunzipSync(readFileSync(join(folder, `${source}.jsonl.gz`)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const bytes = gunzipSync(readFileSync(join(folder, `${source}.windows.gz`)));
  let at = 0;
  const next = (): ExtractedWindow => {
    const nameEnd = at + 2 + (bytes[at + 1] ?? 0);
    const textEnd = nameEnd + 2 + (bytes[nameEnd] ?? 0);
    const window = {
      place: bytes[at] ?? 0,
      name: bytes.subarray(at + 2, nameEnd),
      text: bytes.subarray(nameEnd + 1, textEnd),
    };
    at = textEnd;
    return window;
  };
  const records = lines.map((line): WindowedRecord => {
    const record = JSON.parse(line) as ExtractedRecord;
    return { ...record, bag: Array.from({ length: record.windows }, next) };
  });
  if (at !== bytes.length) throw new Error(`${source}: records and windows do not belong together; run extract again`);
  return records;
}
