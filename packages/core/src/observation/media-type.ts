/** A content type taken apart. */
export interface MediaType {
  /** Lower case, without parameters, e.g. `application/json`; `''` when there is none. */
  readonly mediaType: string;
  /** Lower-case names, values without their quotes; of a repeated name the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parameters that are read; real content types have one or two. */
const MAX_PARAMETERS = 16;

/** Reads a `Content-Type` value as RFC 9110 §8.3 writes it, and whatever else a client sends as well as it can. Linear. */
export function parseMediaType(value: string | undefined): MediaType {
  const text = value ?? '';
  const parameters = new Map<string, string>();
  const firstEnd = endOfPiece(text, 0);
  let at = firstEnd + 1;
  for (let count = 0; at <= text.length && count < MAX_PARAMETERS; count++) {
    const end = endOfPiece(text, at);
    const piece = text.slice(at, end);
    const equals = piece.indexOf('=');
    if (equals > 0) {
      const name = piece.slice(0, equals).trim().toLowerCase();
      if (!parameters.has(name)) parameters.set(name, unquoted(piece.slice(equals + 1).trim()));
    }
    at = end + 1;
  }
  return { mediaType: text.slice(0, firstEnd).trim().toLowerCase(), parameters };
}

/** Index of the next `;` that stands outside quotes, or the end. */
function endOfPiece(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\') i += 1;
    else if (char === ';' && !quoted) return i;
  }
  return text.length;
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}
