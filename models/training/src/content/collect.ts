import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ending of a data file. */
export const DATA_FILE = '.jsonl.gz';

/** A data file as it was found. */
export interface CollectedFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Lists the data files of a folder with their hashes, which the manifest will repeat.
 *
 * @throws Error when there is none
 */
export function collect(from: string, to: string): CollectedFile[] {
  const files = readdirSync(from)
    .filter((name) => name.endsWith(DATA_FILE))
    .sort()
    .map((file): CollectedFile => {
      const content = readFileSync(join(from, file));
      return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    });
  if (files.length === 0) throw new Error(`No ${DATA_FILE} file in ${from}.`);
  writeFileSync(to, JSON.stringify(files, null, 2));
  return files;
}
