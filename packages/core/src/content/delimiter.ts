/** A line that stands between the parts of a multipart body. */
export interface Delimiter {
  /** Index of its first byte. */
  readonly start: number;
  /** Index behind its last byte; the line end belongs to what follows. */
  readonly end: number;
  /** Whether it is the one behind the last part. */
  readonly last: boolean;
}

/** The bytes that a delimiter line begins with: of the boundary that the type names where the body has it, else of the body's own first line. */
export function delimiterOf(body: Buffer, boundary: string): Buffer | null {
  const named = Buffer.from(`--${boundary}`, 'latin1');
  if (boundary !== '' && nextDelimiter(body, named, 0) !== null) return named;
  const line = /^--[^\r\n]{1,200}/.exec(body.toString('latin1', 0, Math.min(256, body.length)))?.[0].trimEnd();
  return line === undefined ? null : Buffer.from(line, 'latin1');
}

/** The next line of the body that is a delimiter and nothing else (RFC 2046 §5.1.1), ended by CR LF or, as some servers take it, LF alone. */
export function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | null {
  for (let start = body.indexOf(delimiter, from); start !== -1; start = body.indexOf(delimiter, start + 1)) {
    if (start > 0 && body[start - 1] !== LINE_FEED) continue;
    const end = start + delimiter.length;
    if (body[end] === DASH && body[end + 1] === DASH) return { start, end: end + 2, last: true };
    let at = end;
    while (body[at] === SPACE || body[at] === TAB) at++;
    if (body[at] === CARRIAGE_RETURN) at++;
    if (at >= body.length || body[at] === LINE_FEED) return { start, end, last: false };
  }
  return null;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DASH = 0x2d;
