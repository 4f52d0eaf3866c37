import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** One labelled line of a data file: a whole request, or (`payload`) a bare value. */
export interface LabelledRecord {
  readonly label: 'benign' | 'attack';
  readonly category: string;
  readonly source: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly payload?: string;
  readonly repo?: string;
  readonly template?: string;
  readonly list?: string;
  readonly field?: string;
  readonly as_?: string;
  /** Labelled an attack by its source, but nothing in the request itself shows one. */
  readonly weak?: boolean;
  /** Harmless as text, alarming in a request. */
  readonly ambiguous?: boolean;
}

/** Reads gzipped JSON lines, one record at a time. */
export async function* readRecords(path: string): AsyncGenerator<LabelledRecord> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Infinity });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as LabelledRecord;
}
