import type { ObservedBody } from '../observation/observation.js';
import { isBinary } from './binary.js';
import { type BodyFormat, formatOf } from './body-format.js';
import { withoutChunkFraming } from './chunk-framing.js';
import { readForm } from './form.js';
import { readGraphql } from './graphql.js';
import { isJsonContainer, readJson } from './json.js';
import { readMultipart } from './multipart.js';
import { walkParsed } from './parsed.js';
import { isSerialized } from './serialized.js';
import { textOf } from './text.js';
import { TreeReader } from './tree-reader.js';
import type { ValueCollector } from './value-collector.js';
import { readXml } from './xml.js';

const PLACE = 'body';

/**
 * Reads a body: what the host's parser made of it and the bytes themselves, because a second parser that disagrees would
 * be a way past us. Places `body`, `body.<name>`, `body.<name>[i]`; the end of a body that was cut is `body~tail`.
 */
export function readBody(body: ObservedBody, into: ValueCollector): void {
  const format = formatOf(body.mediaType);
  readParsed(body.parsed, format, into);
  const raw = body.raw ?? (Buffer.isBuffer(body.parsed) ? body.parsed : null);
  if (raw === null || raw.length === 0) return;
  const headBytes = body.raw === null ? raw.length : body.headBytes;
  const head = raw.subarray(0, headBytes);
  readBytes(withoutChunkFraming(head) ?? head, body, format, headBytes < raw.length, into);
  if (headBytes < raw.length) {
    into.truncated.add('body-bytes');
    readTail(raw.subarray(headBytes), into);
  }
}

function readParsed(parsed: unknown, format: BodyFormat, into: ValueCollector): void {
  if (parsed === undefined || parsed === null) return;
  try {
    walkParsed(parsed, new TreeReader(into, 'body', PLACE));
  } catch {
    into.unparsed.add(MARK[format]);
  }
}

/** The mark that says a body could not be read as its format. */
const MARK: Readonly<Record<BodyFormat, string>> = {
  json: 'json',
  'json-lines': 'json',
  form: 'form',
  multipart: 'multipart',
  graphql: 'graphql',
  xml: 'xml',
  text: 'encoding',
  unknown: 'encoding',
};

function readBytes(bytes: Buffer, body: ObservedBody, format: BodyFormat, cut: boolean, into: ValueCollector): void {
  if (isSerialized(bytes)) {
    into.add('raw', PLACE, bytes.toString('latin1'));
    return;
  }
  // Binary content has no values: forced into text, its bytes look like nothing that a model has learnt to let pass.
  if (format === 'unknown' && isBinary(bytes)) return;
  if (format === 'multipart' && readMultipart(bytes, body.parameters.get('boundary') ?? '', PLACE, into)) return;
  const { text, known } = textOf(bytes, body.parameters.get('charset') ?? '');
  if (!known) into.unparsed.add('charset');
  if (text.trim() === '') return;
  if (format !== 'multipart' && readText(text, format, cut, into)) return;
  if (cut && format === 'multipart') return;
  if (format !== 'unknown') into.unparsed.add(MARK[format]);
  into.add('raw', PLACE, text);
}

/** Answers whether every character was taken apart as its format says; where not, the text is to be read as it is. */
function readText(text: string, format: BodyFormat, cut: boolean, into: ValueCollector): boolean {
  switch (format) {
    case 'json':
    case 'json-lines':
      return readJsonBody(text, format, cut, into);
    case 'form':
      return readFormBody(text, into);
    case 'xml':
      return readXml(text, 'body', PLACE, into) || cut;
    case 'graphql':
      into.add('body', PLACE, text);
      return readGraphql(text, 'body', PLACE, into) || cut;
    case 'text':
      if (isJsonContainer(text)) readJson(text, 'body', PLACE, into);
      else into.add('body', PLACE, text);
      return true;
    default:
      return readUnnamed(text, cut, into);
  }
}

function readJsonBody(text: string, format: BodyFormat, cut: boolean, into: ValueCollector): boolean {
  const verdict = readJson(text, 'body', PLACE, into);
  if (into.overflowed) return true;
  if (verdict === 'several' && format === 'json') into.unparsed.add('json');
  return verdict === 'complete' || verdict === 'several' || (verdict === 'cut' && cut);
}

function readFormBody(text: string, into: ValueCollector): boolean {
  const first = text.trimStart().charAt(0);
  if (first === '<') {
    readXml(text, 'body', PLACE, into);
    return false;
  }
  if (isJsonContainer(text)) {
    into.unparsed.add('form');
    readJson(text, 'body', PLACE, into);
    return true;
  }
  return readForm(text, 'body', PLACE, into);
}

const LOOKS_LIKE_FORM = /^[^\s=&<>{}"']{1,256}=/;

/** Judges a body without a telling media type by how it begins. */
function readUnnamed(text: string, cut: boolean, into: ValueCollector): boolean {
  const first = text.trimStart().charAt(0);
  if (first === '{' || first === '[') return readJsonBody(text, 'json-lines', cut, into);
  if (first === '<') return readXml(text, 'body', PLACE, into) || cut;
  return LOOKS_LIKE_FORM.test(text) && readForm(text, 'body', PLACE, into);
}

function readTail(bytes: Buffer, into: ValueCollector): void {
  if (!isBinary(bytes)) into.add('raw', `${PLACE}~tail`, textOf(bytes, '').text);
}
