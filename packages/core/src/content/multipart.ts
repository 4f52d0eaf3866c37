import { isBinary } from './binary.js';
import { readJson } from './json.js';
import { childPlace } from './place.js';
import { isSerialized } from './serialized.js';
import { textOf } from './text.js';
import { textOfLatin1 } from './utf8.js';
import type { ValueCollector } from './value-collector.js';
import { readXml } from './xml.js';

/** Bytes of one part's headers; real ones are a tenth of it. */
const HEADER_BYTES = 8192;
/** Characters of an uploaded text file that are looked at. */
const FILE_HEAD_CHARS = 4096;

/**
 * Reads a multipart body (RFC 7578): fields, part names, file names, odd part headers, and the head of files that are
 * text. A missing boundary is taken from the body's first line. Answers whether the body follows the format to its end.
 */
export function readMultipart(body: Buffer, boundary: string, place: string, into: ValueCollector): boolean {
  const delimiter = delimiterOf(body, boundary);
  let at = delimiter === null ? -1 : body.indexOf(delimiter);
  if (delimiter === null || at === -1) return false;
  let formed = isBlank(body.subarray(0, at));
  for (let parts = 1; ; parts++) {
    const from = at + delimiter.length;
    if (body[from] === DASH && body[from + 1] === DASH) return formed && isBlank(body.subarray(from + 2));
    if (parts > into.limits.parts) {
      into.truncated.add('parts');
      return formed;
    }
    at = body.indexOf(delimiter, from);
    if (!readPart(body.subarray(from, at === -1 ? body.length : at), place, into)) formed = false;
    if (at === -1) return false;
  }
}

/** Whether the bytes before the first part or behind the last are nothing: who writes there hides something. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes.toString('latin1').trim() === '';
}

/** The delimiter line's beginning, or null when neither the type nor the body names one. */
function delimiterOf(body: Buffer, boundary: string): Buffer | null {
  if (boundary !== '') return Buffer.from(`--${boundary}`);
  const line = /^--[^\r\n]{1,200}/.exec(body.toString('latin1', 0, Math.min(256, body.length)))?.[0];
  return line === undefined ? null : Buffer.from(line, 'latin1');
}

function readPart(part: Buffer, place: string, into: ValueCollector): boolean {
  const { headers, content } = splitPart(part);
  const disposition = headers.get('content-disposition') ?? '';
  const names = parametersOf(disposition, 'name');
  const files = parametersOf(disposition, 'filename');
  const field: Field = { place: childPlace(place, names[0] ?? ''), name: names[0] ?? '' };
  for (const name of names) into.addKey(childPlace(place, name), name);
  for (const file of files) into.add('filename', `${field.place}.filename`, file, field.name);
  for (const [name, value] of headers) {
    if (name !== 'content-disposition' && !ORDINARY_HEADER.test(value))
      into.add('header', `${field.place}.${name}`, value, name);
  }
  const readable = readPartContent(content, headers.get('content-type') ?? '', field, files.length > 0, into);
  return names.length > 0 && readable;
}

const ORDINARY_HEADER = /^[A-Za-z0-9+._/-]*(?:; ?[a-z]+="?[A-Za-z0-9._-]*"?)*$/;

interface Field {
  readonly place: string;
  readonly name: string;
}

function readPartContent(bytes: Buffer, type: string, field: Field, file: boolean, into: ValueCollector): boolean {
  const { place, name } = field;
  if (isSerialized(bytes)) {
    into.add('raw', place, bytes.toString('latin1'), name);
    return true;
  }
  if (isBinary(bytes)) return true;
  const { text } = textOf(bytes, '');
  if (JSON_TYPE.test(type) && readJson(text, 'body', place, into, name) !== 'malformed') return true;
  if (XML_TYPE.test(type) && readXml(text, 'body', place, into)) return true;
  if (file && text.length > FILE_HEAD_CHARS) into.truncated.add('value-chars');
  into.add(file ? 'raw' : 'body', place, file ? text.slice(0, FILE_HEAD_CHARS) : text, name);
  return !JSON_TYPE.test(type) && !XML_TYPE.test(type);
}

const JSON_TYPE = /[/+]json\b/i;
const XML_TYPE = /[/+]xml\b/i;

interface Part {
  /** Lower-case names; the values of a repeated header are joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

function splitPart(part: Buffer): Part {
  const head = part.toString('latin1', 0, Math.min(HEADER_BYTES, part.length));
  const blank = BLANK_LINE.exec(head);
  const end = blank === null ? 0 : blank.index + blank[0].length;
  const headers = new Map<string, string>();
  for (const line of textOfLatin1(head.slice(0, end)).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}; ${value}`);
  }
  return { headers, content: part.subarray(end, part.length - lineEndLength(part)) };
}

const BLANK_LINE = /\r?\n\r?\n/;

/** Length of the line end before the next delimiter, which belongs to the delimiter. */
function lineEndLength(part: Buffer): number {
  if (part.at(-1) !== LINE_FEED) return 0;
  return part.at(-2) === CARRIAGE_RETURN ? 2 : 1;
}

/** All values of a parameter, `name="…"`, `name=…` and `name*=…`: a second one may be what the application reads. */
function parametersOf(header: string, wanted: 'name' | 'filename'): string[] {
  const values: string[] = [];
  for (const [, name, quoted, bare] of header.matchAll(PARAMETER)) {
    if (name?.toLowerCase() === wanted) values.push(quoted ?? bare?.trim() ?? '');
  }
  return values;
}

const PARAMETER = /[;\s](name|filename)\*?=(?:"([^"]*)"|([^;]*))/gi;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DASH = 0x2d;
