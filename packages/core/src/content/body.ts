import { isUtf8 } from 'node:buffer';
import type { ObservedBody } from '../observation/observation.js';
import { type BodyFormat, formatOf } from './body-format.js';
import { withoutChunkFraming } from './chunk-framing.js';
import { readForm } from './form.js';
import { readGraphql } from './graphql.js';
import { isJsonContainer, readJson } from './json.js';
import { readMultipart } from './multipart.js';
import { walkParsed } from './parsed.js';
import { plainLabel, type Readings, readingsOf } from './readings.js';
import { isSerialized } from './serialized.js';
import { TreeReader } from './tree-reader.js';
import type { ValueCollector } from './value-collector.js';
import { declaredEncoding, readXml } from './xml.js';

const PLACE = 'body';

/**
 * Reads a body: what the host's parser made of it and the bytes themselves, because a second parser that disagrees would
 * be a way past us. Places `body`, `body.<name>`, `body.<name>[i]`; the end of a body that was cut is `body~tail`.
 */
export function readBody(body: ObservedBody, into: ValueCollector): void {
  const { raw, headBytes, parsed } = body;
  const format = formatOf(body.mediaType);
  const charset = body.parameters.get('charset') ?? '';
  readParsed(parsed, format, into);
  const collected = collectedBytes(body, format);
  if (collected !== null) {
    // What a parser made a text or other bytes of has no charset any more.
    const isAsItCame = raw === null && typeof parsed !== 'string';
    readBytes(collected, { body, format, charset: isAsItCame ? charset : '', cut: false }, into);
  }
  if (raw === null) return;
  const head = raw.subarray(0, headBytes);
  const cut = headBytes < raw.length;
  readBytes(head, { body, format, charset, cut }, into);
  if (!cut) return;
  into.truncated.add('body-bytes');
  readTail(head, raw.subarray(headBytes), charset, into);
}

/** How a body's bytes are to be read. */
interface Manner {
  readonly body: ObservedBody;
  readonly format: BodyFormat;
  readonly charset: string;
  /** Whether the bytes end before the body does. */
  readonly cut: boolean;
}

function readParsed(parsed: unknown, format: BodyFormat, into: ValueCollector): void {
  if (parsed === undefined || parsed === null) return;
  try {
    walkParsed(parsed, new TreeReader(into, 'body', PLACE));
  } catch {
    into.unparsed.add(MARK[format]);
  }
}

/** The body itself where the host's parser only collected or decoded it; a JSON parser's string is a value. */
function collectedBytes({ raw, parsed }: ObservedBody, format: BodyFormat): Buffer | null {
  if (parsed instanceof Uint8Array) return Buffer.from(parsed.buffer, parsed.byteOffset, parsed.byteLength);
  return typeof parsed === 'string' && raw === null && format !== 'json' ? Buffer.from(parsed) : null;
}

/** What a frame of chunk framing costs, in characters. */
const FRAME_WORK = 32;

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

function readBytes(given: Buffer, { body, format, charset, cut }: Manner, into: ValueCollector): void {
  if (given.length === 0) return;
  const bytes = withoutChunkFraming(given, () => into.isLate(FRAME_WORK)) ?? given;
  if (isSerialized(bytes)) {
    into.add('raw', PLACE, bytes.toString('latin1'));
    return;
  }
  const binaryBefore = into.binaryBytes;
  if (format === 'multipart' && readMultipart(bytes, body.parameters.get('boundary') ?? '', PLACE, into, charset)) {
    return;
  }
  const readings = format === 'xml' ? xmlReadings(bytes, charset) : readingsOf(bytes, charset);
  if (!readings.certain) into.unparsed.add('charset');
  // Binary content has no values: forced into text, its bytes look like nothing that a model has learnt to let pass.
  if ((format === 'unknown' || (format === 'json' && !isUtf8(bytes))) && readings.isBinary()) {
    // Bytes like these are an error to every parser of JSON. Those of forms, text and XML make strings of them.
    if (format === 'json') into.unparsed.add('json');
    into.addBinary(bytes.length);
    return;
  }
  for (const text of readings.texts) {
    if (text.trim() === '') continue;
    if (format !== 'multipart' && readText(text, format, cut, into)) continue;
    if (cut && format === 'multipart') continue;
    if (format !== 'unknown') into.unparsed.add(MARK[format]);
    // Every part was read; in one piece only text is.
    if (into.binaryBytes === binaryBefore) into.add('raw', PLACE, text);
  }
}

/** Parsers of XML that are given bytes believe the document's own declaration, others what the request says. */
function xmlReadings(bytes: Buffer, charset: string): Readings {
  const said = readingsOf(bytes, charset);
  const declared = declaredEncoding(said.texts[0] ?? '');
  if (declared === '' || plainLabel(declared) === plainLabel(charset)) return said;
  const believed = readingsOf(bytes, declared);
  if (charset === '') return believed;
  return {
    texts: [...new Set([...said.texts, ...believed.texts])],
    certain: said.certain && believed.certain,
    isBinary: () => said.isBinary() && believed.isBinary(),
  };
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

/** Stands before each record of a JSON text sequence (RFC 7464 §2.2). */
const RECORD_SEPARATOR = '\u001e';

function readJsonBody(text: string, format: BodyFormat, cut: boolean, into: ValueCollector): boolean {
  const lines = format === 'json-lines' ? text.replaceAll(RECORD_SEPARATOR, '\n') : text;
  const verdict = readJson(lines, 'body', PLACE, into);
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

function readTail(head: Buffer, tail: Buffer, charset: string, into: ValueCollector): void {
  const readings = readingsOf(tail, charset, head);
  if (readings.isBinary()) into.addBinary(tail.length);
  else for (const text of readings.texts) into.add('raw', `${PLACE}~tail`, text);
}
