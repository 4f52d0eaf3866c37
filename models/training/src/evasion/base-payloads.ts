import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from '../content/collect.js';
import { learnSplits } from '../content/extract.js';
import { readRecords } from '../content/record.js';
import { isUsed } from '../content/selection.js';
import type { Random } from '../random.js';

/** An attack as a list gives it. */
export interface BasePayload {
  readonly category: string;
  readonly source: string;
  readonly text: string;
}

/** Of longer ones most is not the attack, and the padding family has its own sizes. */
const MAX_CHARS = 300;
/** A path with its query, or a parameter with its name, is no value; nor is a user agent. */
const NO_VALUE = /^\/[^\s]*\?[\w[\]]+=|^[?&]?[\w.-]{1,30}(?:\[[^\]]*\])*=[^=]/;
const LEFT_OUT: ReadonlySet<string> = new Set(['scanner', 'other', 'graphql']);

/** The bare payloads of the test split, each text once. */
export async function readBasePayloads(data: string): Promise<BasePayload[]> {
  const paths = readdirSync(data)
    .filter((name) => name.endsWith(DATA_FILE))
    .sort()
    .map((name) => join(data, name));
  const splits = await learnSplits(paths);
  const found = new Map<string, BasePayload>();
  for (const path of paths) {
    let index = -1;
    for await (const record of readRecords(path)) {
      index++;
      const { payload, category, source } = record;
      if (payload === undefined || record.label !== 'attack' || LEFT_OUT.has(category)) continue;
      if (!isUsed(record, index) || splits.of(record) !== 'test') continue;
      if (payload.length > MAX_CHARS || NO_VALUE.test(payload)) continue;
      found.set(payload, { category, source, text: payload });
    }
  }
  return [...found.values()];
}

/** As evenly over categories as they allow, and within each over its sources. */
export function balancedDraw(payloads: readonly BasePayload[], size: number, random: Random): BasePayload[] {
  const groups = new Map<string, Map<string, BasePayload[]>>();
  for (const payload of payloads) {
    const sources = groups.get(payload.category) ?? new Map<string, BasePayload[]>();
    groups.set(payload.category, sources);
    sources.set(payload.source, [...(sources.get(payload.source) ?? []), payload]);
  }
  const drawn: BasePayload[] = [];
  while (drawn.length < size && groups.size > 0) {
    for (const [category, sources] of groups) {
      if (drawn.length === size) break;
      const source = random.pick([...sources.keys()]);
      const rest = sources.get(source) ?? [];
      const [payload] = rest.splice(random.below(rest.length), 1);
      if (payload !== undefined) drawn.push(payload);
      if (rest.length === 0) sources.delete(source);
      if (sources.size === 0) groups.delete(category);
    }
  }
  return drawn;
}
