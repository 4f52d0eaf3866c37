import { isUtf8 } from 'node:buffer';
import { type MediaType, parseMediaType } from '../observation/media-type.js';
import { delimiterOf, nextDelimiter } from './delimiter.js';
import { parseDisposition } from './disposition.js';
import { readJson } from './json.js';
import { splitPart } from './part.js';
import { childPlace } from './place.js';
import { decodeQuotedPrintable } from './quoted-printable.js';
import { readingsOf } from './readings.js';
import { isSerialized } from './serialized.js';
import type { ValueCollector } from './value-collector.js';
import { readXml } from './xml.js';

/** Bytes from which a part that is binary is a file, whatever it says: the smallest pictures have about as many. */
const LEAST_FILE_BYTES = 256;

/** Characters of an uploaded text file that are looked at. */
const FILE_HEAD_CHARS = 4096;
/** Multipart bodies inside parts of multipart bodies that are taken apart: files of one field (RFC 2388 §4.2), and one more. */
const NESTING = 2;

/**
 * Reads a multipart body (RFC 7578): fields, part names, file names, odd part headers, and the head of files that are
 * text. A missing boundary is taken from the body's first line. Answers whether the body follows the format to its end.
 *
 * @param charset - of parts that do not name one
 */
export function readMultipart(
  body: Buffer,
  boundary: string,
  place: string,
  into: ValueCollector,
  charset = '',
): boolean {
  return new MultipartReader(into, charset, 0).read(body, boundary, place, '');
}

interface Field {
  readonly place: string;
  readonly name: string;
  readonly type: MediaType;
  /** Whether it has a file name, be it an empty one. */
  readonly file: boolean;
  /** Whether every server takes it for a file: others make a string of what is in it, whatever its bytes are. */
  readonly upload: boolean;
}

class MultipartReader {
  #charset: string;

  constructor(
    readonly into: ValueCollector,
    charset: string,
    readonly depth: number,
  ) {
    this.#charset = charset;
  }

  read(body: Buffer, boundary: string, place: string, name: string): boolean {
    const delimiter = delimiterOf(body, boundary);
    const first = delimiter === null ? null : nextDelimiter(body, delimiter, 0);
    if (delimiter === null || first === null) return false;
    let formed = this.#around(body.subarray(0, first.start), place);
    if (boundary !== '' && delimiter.toString('latin1') !== `--${boundary}`) formed = false;
    let before = first;
    for (let parts = 1; ; parts++) {
      if (before.last) return this.#around(body.subarray(before.end), place) && formed;
      if (parts > this.into.limits.parts) {
        this.into.truncated.add('parts');
        return formed;
      }
      const next = nextDelimiter(body, delimiter, before.end);
      if (!this.#part(body.subarray(before.end, next?.start ?? body.length), place, name)) formed = false;
      if (next === null) return false;
      before = next;
    }
  }

  /** Before the first part and behind the last there is nothing: who writes there hides something. */
  #around(bytes: Buffer, place: string): boolean {
    const text = bytes.toString('latin1').trim();
    this.into.add('raw', place, text);
    return text === '';
  }

  #part(bytes: Buffer, parent: string, outer: string): boolean {
    const { into } = this;
    const { headers, stray, content } = splitPart(bytes);
    const disposition = headers.get('content-disposition') ?? '';
    const { names, files, odd } = parseDisposition(disposition);
    const name = names[0] ?? outer;
    const place = this.depth > 0 && names.length === 0 ? parent : childPlace(parent, name);
    for (const each of names) into.addKey(childPlace(parent, each), each);
    for (const file of files) into.add('filename', `${place}.filename`, file, name);
    if (odd) into.add('header', `${place}.content-disposition`, disposition, 'content-disposition');
    for (const [header, value] of headers) {
      if (header === 'content-disposition') continue;
      into.addKey(`${place}.${header}`, header);
      if (!ORDINARY_HEADER.test(value)) into.add('header', `${place}.${header}`, value, header);
    }
    for (const line of stray) into.add('header', place, line);
    const type = parseMediaType(headers.get('content-type'));
    const named = !odd && files.length > 0 && !files.includes('');
    const upload = named || (files.length === 0 && type.mediaType === 'application/octet-stream');
    const field: Field = { place, name, type, file: files.length > 0, upload };
    // An HTML form that is asked to says in a field which charset the others are in.
    if (name === '_charset_') this.#charset = content.toString('latin1');
    const readable = this.#content(content, field);
    this.#transferred(content, headers.get('content-transfer-encoding') ?? '', field);
    return readable && stray.length === 0 && (names.length > 0 || this.depth > 0);
  }

  /** What a mail-like server makes of a part that says it is encoded; most servers take it as it is. */
  #transferred(content: Buffer, encoding: string, field: Field): void {
    const { into } = this;
    const coding = encoding.trim().toLowerCase();
    if (coding === 'base64') {
      const bytes = Buffer.from(content.toString('latin1'), 'base64');
      into.within(['base64'], () => void this.#content(bytes, { ...field, place: `${field.place}~base64` }));
    } else if (coding === 'quoted-printable') {
      const bytes = decodeQuotedPrintable(content);
      const place = `${field.place}~quoted-printable`;
      into.within(['quoted-printable'], () => void this.#content(bytes, { ...field, place }));
    }
  }

  #content(bytes: Buffer, field: Field): boolean {
    const { into } = this;
    const { place, name, type } = field;
    if (isSerialized(bytes)) {
      into.add('raw', place, bytes.toString('latin1'), name);
      return true;
    }
    if (type.mediaType.startsWith('multipart/') && this.depth < NESTING) {
      const boundary = type.parameters.get('boundary') ?? '';
      const inner = new MultipartReader(into, this.#charset, this.depth + 1);
      if (inner.read(bytes, boundary, place, name)) return true;
    }
    const readings = readingsOf(bytes, type.parameters.get('charset') ?? this.#charset);
    // Programs send files without saying so; a few odd bytes in a field are no file.
    if ((field.upload || bytes.length >= LEAST_FILE_BYTES) && readings.isBinary() && !isText(bytes)) {
      into.addBinary(bytes.length);
      return true;
    }
    if (!readings.certain) into.unparsed.add('charset');
    return readings.texts.map((text) => this.#text(text, field)).every((readable) => readable);
  }

  #text(text: string, { place, name, type, file }: Field): boolean {
    const { into } = this;
    const { mediaType } = type;
    if (JSON_TYPE.test(mediaType) && readJson(text, 'body', place, into, name) !== 'malformed') return true;
    if (XML_TYPE.test(mediaType) && readXml(text, 'body', place, into)) return true;
    if (file && text.length > FILE_HEAD_CHARS) into.truncated.add('value-chars');
    into.add(file ? 'raw' : 'body', place, file ? text.slice(0, FILE_HEAD_CHARS) : text, name);
    return !JSON_TYPE.test(mediaType) && !XML_TYPE.test(mediaType);
  }
}

const ORDINARY_HEADER = /^[A-Za-z0-9+._/-]*(?:; ?[a-z]+="?[A-Za-z0-9._-]*"?)*$/;
const JSON_TYPE = /[/+]json\b/;
const XML_TYPE = /[/+]xml\b/;

/** A file that somebody has read as UTF-8 and written again is valid UTF-8, full of replacement characters. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && bytes.toString('utf8').split('\ufffd').length <= MAX_REPLACEMENTS;
}

const MAX_REPLACEMENTS = 16;
