import type { DescribedRequest } from '@api-security/core';
import { type Placement, placed, placeOf } from './placement.js';

/** One labelled request, ready to be scored. */
export interface LabelledRecord {
  readonly request: DescribedRequest;
  readonly attack: boolean;
  /** Kind of attack as labelled. */
  readonly category: string;
  readonly source: string;
  /** How it was recorded or built. */
  readonly kind: string | null;
  /** Labelled attack by its source, but nothing in the request itself shows one. */
  readonly weak: boolean;
  /** What its source calls it: template, CVE or repository. */
  readonly id: string | null;
  /** The payload and where it was put; null where the record is a whole request. */
  readonly payload: { readonly text: string; readonly place: string } | null;
  /** Value of the field to group by; null without one. */
  readonly group: string | null;
}

/** How records become requests. */
export interface RecordOptions {
  readonly placement: Placement;
  /** Name of the field to group by. */
  readonly groupBy: string | null;
}

/** What a record that leaves a field out is counted under. */
const UNNAMED = '(none)';
/** Longest name that is counted under, in characters; a name, not a payload. */
const MAX_NAME_CHARS = 200;

/**
 * Reads one line of a labelled file.
 *
 * @returns the record, or why it is none, in a few words
 */
export function parseRecord(text: string, options: RecordOptions): LabelledRecord | string {
  const fields = parseObject(text);
  if (fields === null) return 'not a JSON object';
  const label = fields.get('label');
  if (label !== 'attack' && label !== 'benign') return 'no label "attack" or "benign"';
  const described = describeRecord(fields, options.placement);
  if (typeof described === 'string') return described;
  const group = options.groupBy === null ? undefined : fields.get(options.groupBy);
  return {
    ...described,
    attack: label === 'attack',
    category: nameIn(fields, 'category') ?? UNNAMED,
    source: nameIn(fields, 'source') ?? UNNAMED,
    kind: nameIn(fields, 'kind'),
    weak: fields.get('weak') === true,
    id: nameIn(fields, 'template') ?? nameIn(fields, 'repo'),
    group: options.groupBy === null ? null : nameOf(group),
  };
}

/** The fields of a JSON object; null where the text is something else. */
export function parseObject(text: string): Map<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? new Map(Object.entries(json)) : null;
  } catch {
    return null;
  }
}

/** The request of a record, whole or around a bare payload; or what is wrong with it, in a few words. */
export function describeRecord(
  fields: ReadonlyMap<string, unknown>,
  placement: Placement,
): Pick<LabelledRecord, 'request' | 'payload'> | string {
  const payload = fields.get('payload');
  if (typeof payload === 'string') {
    return { request: placed(payload, placement), payload: { text: payload, place: placeOf(placement) } };
  }
  const method = fields.get('method');
  const path = fields.get('path');
  const headers = fields.get('headers') ?? {};
  const body = fields.get('body') ?? null;
  if (typeof method !== 'string' || typeof path !== 'string') return 'neither a payload nor a method and a path';
  if (!isHeaders(headers)) return 'headers are not an object of strings';
  if (body !== null && typeof body !== 'string') return 'body is neither a string nor null';
  return { request: { method, url: path, headers, ...(body !== null && { body }) }, payload: null };
}

function isHeaders(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((header) => typeof header === 'string')
  );
}

function nameIn(fields: ReadonlyMap<string, unknown>, field: string): string | null {
  const value = fields.get(field);
  return typeof value === 'string' && value !== '' ? nameOf(value) : null;
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return UNNAMED;
  const name = typeof value === 'string' ? value : (JSON.stringify(value) ?? UNNAMED);
  return name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`;
}
