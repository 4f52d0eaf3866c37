/** What a part's `Content-Disposition` says. */
export interface Disposition {
  /** Every name that a parser may take it for, the usual one first. */
  readonly names: readonly string[];
  /** Every file name likewise; empty where the part is no file. A form of RFC 8187 is still percent-encoded. */
  readonly files: readonly string[];
  /** Whether anything else stands there that a client's library would not write: the header is then to be read whole. */
  readonly odd: boolean;
}

/** Parameters that are taken apart; real headers have two or three. */
const MAX_PARAMETERS = 32;
/** Longest run of `filename*0`, `filename*1`, … (RFC 2231 §3) that is put together. */
const MAX_PIECES = 32;
const WANTED = /^(name|filename)(?:\*(\d{1,2}))?(\*?)$/;
const ORDINARY = /^[A-Za-z0-9*._ -]*$/;
/** Charset and language in front of an extended value (RFC 8187 §3.2). */
const EXTENDED = /^[A-Za-z0-9_.:-]{0,40}'[A-Za-z0-9-]{0,40}'/;

/**
 * Reads a `Content-Disposition` (RFC 7578 §4.2) in the ways in which servers read it: a backslash before a quote escapes it or
 * belongs to a Windows path, of a repeated parameter the first or the last counts. Linear for a header's length.
 */
export function parseDisposition(header: string): Disposition {
  const found = { name: new Set<string>(), filename: new Set<string>() };
  let odd = false;
  for (const escapes of [false, true]) {
    const pieces = { name: new Map<number, string>(), filename: new Map<number, string>() };
    let count = 0;
    for (const { name, value, open } of parametersOf(header, escapes)) {
      if (++count > MAX_PARAMETERS) {
        odd = true;
        break;
      }
      if (open) odd = true;
      const wanted = WANTED.exec(name.toLowerCase());
      if (wanted === null) {
        if (!ORDINARY.test(name) || !ORDINARY.test(value)) odd = true;
        continue;
      }
      const called = wanted[1] as 'name' | 'filename';
      const text = wanted[3] === '' ? value : value.replace(EXTENDED, '');
      if (wanted[2] === undefined) {
        found[called].add(text);
        continue;
      }
      const index = Number(wanted[2]);
      if (index >= MAX_PIECES || pieces[called].has(index)) odd = true;
      pieces[called].set(index, text);
    }
    for (const called of ['name', 'filename'] as const) {
      if (pieces[called].size > 0) found[called].add(joined(pieces[called]));
    }
  }
  return { names: [...found.name], files: [...found.filename], odd };
}

function joined(pieces: ReadonlyMap<number, string>): string {
  return Array.from({ length: MAX_PIECES }, (_, i) => pieces.get(i) ?? '').join('');
}

interface Parameter {
  /** Without what stands before it on the same side of a `;`; `''` where there is no `=`. */
  readonly name: string;
  readonly value: string;
  /** Whether its quote is not closed. */
  readonly open?: boolean;
}

function* parametersOf(header: string, escapes: boolean): Generator<Parameter> {
  let semicolon = -1;
  for (let at = 0; at < header.length; ) {
    if (semicolon < at) semicolon = endOr(header, header.indexOf(';', at));
    const equals = header.indexOf('=', at);
    if (equals === -1 || semicolon < equals) {
      yield { name: '', value: header.slice(at, semicolon).trim() };
      at = semicolon + 1;
      continue;
    }
    const before = header.slice(at, equals).trim();
    const space = before.lastIndexOf(' ');
    if (space !== -1) yield { name: '', value: before.slice(0, space) };
    const name = before.slice(space + 1);
    const start = header.length - header.slice(equals + 1).trimStart().length;
    if (header[start] !== '"') {
      yield { name, value: header.slice(start, semicolon).trim() };
      at = semicolon + 1;
      continue;
    }
    const end = closingQuote(header, start + 1, escapes);
    const quoted = header.slice(start + 1, end);
    yield {
      name,
      value: escapes ? quoted.replace(/\\(["\\])/g, '$1') : quoted,
      open: end === header.length,
    };
    at = end + 1;
  }
}

function closingQuote(text: string, from: number, escapes: boolean): number {
  if (!escapes) return endOr(text, text.indexOf('"', from));
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function endOr(text: string, at: number): number {
  return at === -1 ? text.length : at;
}
