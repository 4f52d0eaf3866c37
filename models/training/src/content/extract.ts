import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../random.js';
import { replaceCallbackHosts } from './callback-host.js';
import { DATA_FILE } from './collect.js';
import { embedPayload, type RequestText } from './embed-payload.js';
import { evade } from './evade.js';
import { generateRecords } from './generate.js';
import { withoutPlaceholders } from './label-review.js';
import { ordinaryParts } from './ordinary-parts.js';
import { type LabelledRecord, readRecords } from './record.js';
import { requestWindows } from './request-windows.js';
import { reviewedLabel } from './reviewed-labels.js';
import { isTeachable, isUsed } from './selection.js';
import { shownCategory } from './shown-category.js';
import { type Split, Splits, splitKey } from './splits.js';
import { workspaceDocuments } from './workspace-documents.js';

/** Rewritten copies of an attack payload that train beside it. */
const EVADED_SHARE = 0.3;
/** What is written of one record; its windows follow in the file beside, in the same order. */
export interface ExtractedRecord {
  readonly label: string;
  readonly category: string;
  readonly source: string;
  /** `named payload`: one that is an attack under its name. */
  readonly kind: 'request' | 'payload' | 'named payload' | 'evaded payload' | 'ordinary parts';
  readonly split: Split;
  readonly key: string;
  /** Template or list, for reports. */
  readonly of: string;
  /** Line of the source file. */
  readonly index: number;
  readonly windows: number;
  /** What an attack shows to somebody who does not know the endpoint, where that is no attack. */
  readonly shows?: 'nothing' | 'plain-url';
}

export interface DataFile {
  readonly file: string;
  readonly sha256: string;
  readonly records: number;
  readonly used: number;
}

/**
 * Reads every data file of a directory through the library's own extractor, and writes for each `<source>.jsonl.gz` (one
 * record a line) and `<source>.windows.gz` (windows as `requestWindows` packs them), and `data.json` with their hashes.
 */
export async function extract(from: string, to: string, seed: string): Promise<DataFile[]> {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from)
    .filter((name) => name.endsWith(DATA_FILE))
    .sort();
  const splits = await learnSplits(files.map((name) => join(from, name)));
  const written: DataFile[] = [];
  for (const name of files) {
    const path = join(from, name);
    const counts = await extractSource(name.slice(0, -DATA_FILE.length), readRecords(path), splits, to);
    written.push({ file: name, sha256: createHash('sha256').update(readFileSync(path)).digest('hex'), ...counts });
    process.stdout.write(`${name}: ${counts.used} of ${counts.records}\n`);
  }
  const made: Readonly<Record<string, LabelledRecord[]>> = {
    generated: generateRecords(seed),
    'workspace-documents': workspaceDocuments(),
  };
  for (const [name, records] of Object.entries(made)) {
    const counts = await extractSource(name, records, splits, to);
    const sha256 = createHash('sha256').update(JSON.stringify(records)).digest('hex');
    written.push({ file: name === 'generated' ? `generated (seed ${seed})` : name, sha256, ...counts });
  }
  writeFileSync(join(to, 'data.json'), JSON.stringify(written, null, 2));
  return written;
}

/** The split of each record follows from what all files hold together. */
export async function learnSplits(paths: readonly string[]): Promise<Splits> {
  const splits = new Splits();
  for (const path of paths) for await (const record of readRecords(path)) splits.hold(record);
  for (const path of paths) for await (const record of readRecords(path)) splits.spread(record);
  return splits;
}

async function extractSource(
  name: string,
  records: AsyncIterable<LabelledRecord> | Iterable<LabelledRecord>,
  splits: Splits,
  to: string,
): Promise<{ records: number; used: number }> {
  const lines: string[] = [];
  const windows: Uint8Array[] = [];
  let index = -1;
  let used = 0;
  const write = (
    record: LabelledRecord,
    request: RequestText,
    kind: ExtractedRecord['kind'],
    shows?: ExtractedRecord['shows'],
  ): void => {
    const found = requestWindows(request);
    windows.push(...found);
    lines.push(
      JSON.stringify({
        label: record.label,
        category: record.category,
        source: record.source,
        kind,
        split: splits.of(record),
        key: splitKey(record).slice(0, 80),
        of: record.template ?? record.list ?? '',
        index,
        windows: found.length,
        ...(shows === undefined ? {} : { shows }),
      } satisfies ExtractedRecord),
    );
  };
  const writeOrdinaryParts = (record: LabelledRecord): void => {
    const parts = record.label === 'attack' && splits.of(record) === 'train' ? ordinaryParts(record) : null;
    if (parts !== null) write({ ...record, label: 'benign', category: 'benign' }, parts, 'ordinary parts');
  };
  for await (const raw of records) {
    index++;
    writeOrdinaryParts(raw);
    if (!isUsed(raw, index)) continue;
    const shows = raw.label === 'attack' ? showsOnly(raw, index) : undefined;
    if (raw.label === 'attack' && splits.of(raw) === 'train' && (shows !== undefined || !isTeachable(raw))) continue;
    used++;
    const record = raw.label === 'attack' ? asSent(raw, index) : raw;
    if (record.payload === undefined) {
      write(
        { ...record, category: record.label === 'attack' ? shownCategory(record) : record.category },
        {
          method: record.method ?? 'GET',
          url: record.path ?? '/',
          headers: record.headers ?? {},
          ...(record.body == null ? {} : { body: record.body }),
        },
        'request',
        shows,
      );
      continue;
    }
    write(record, embedPayload(record, index), record.field === undefined ? 'payload' : 'named payload');
    if (record.label === 'attack' && record.category !== 'scanner' && splits.of(record) === 'train') {
      const random = seededRandom(`evade ${record.source} ${index}`);
      if (random.chance(EVADED_SHARE)) {
        const evaded = { ...record, payload: evade(record.payload, record.category, random) };
        write(evaded, embedPayload(evaded, index), 'evaded payload');
      }
    }
  }
  writeFileSync(join(to, `${name}.jsonl.gz`), gzipSync(lines.map((line) => `${line}\n`).join('')));
  writeFileSync(join(to, `${name}.windows.gz`), gzipSync(Buffer.concat(windows), { level: 3 }));
  return { records: index + 1, used };
}

/** What an attack request shows where that is no attack; undefined where it shows one. */
function showsOnly(record: LabelledRecord, index: number): ExtractedRecord['shows'] {
  const verdict = reviewedLabel(record, index);
  if (verdict === 'unshown') return 'nothing';
  return verdict ?? undefined;
}

/** A request as an attacker would have sent it: with hosts of his own, and without a template's unfilled parts. */
function asSent(record: LabelledRecord, index: number): LabelledRecord {
  const key = `${record.source} ${index}`;
  const replaced = (text: string): string => replaceCallbackHosts(withoutPlaceholders(text), key);
  return {
    ...record,
    ...(record.payload === undefined ? {} : { payload: replaced(record.payload) }),
    ...(record.path === undefined ? {} : { path: replaced(record.path) }),
    ...(record.body == null ? {} : { body: replaced(record.body) }),
    ...(record.headers === undefined
      ? {}
      : {
          headers: Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, replaced(value)])),
        }),
  };
}
