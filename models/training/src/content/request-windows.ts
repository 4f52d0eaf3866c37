import {
  DEFAULT_CONTENT_LIMITS,
  isPlain,
  observeDescribedRequest,
  PAD_TOKEN,
  readContent,
  windowsOf,
} from '@api-security/core/extraction';
import type { RequestText } from './embed-payload.js';

/** Windows of one request that are kept: more than the library's default, so that long bodies train whole. */
const LIMITS = { ...DEFAULT_CONTENT_LIMITS, windows: 256 };

/**
 * A request's windows as the content tower reads them. Plain values have none. One window is, in bytes: place, length of the
 * name (0–24), name, length of the text − 1 (0–230), text (1–231).
 */
export function requestWindows(request: RequestText): Uint8Array[] {
  const observation = observeDescribedRequest(request, CONTEXT);
  const values = readContent(observation, LIMITS).values.filter((value) => !isPlain(value));
  const { count, length, tokens, places, nameLengths } = windowsOf(values, LIMITS);
  return Array.from({ length: count }, (_, row) =>
    packed(tokens.subarray(row * length, (row + 1) * length), places[row] ?? 0, nameLengths[row] ?? 0),
  );
}

/** Time plays no part in what a request says; the body limit is the one that the library ships with. */
const CONTEXT = { clock: { now: () => 0, monotonicMs: () => 0 }, tenant: null, bodyBytes: 131_072 };

function packed(row: Int32Array, place: number, nameLength: number): Uint8Array {
  const padding = row.indexOf(PAD_TOKEN);
  const text = row.subarray(nameLength + 1, padding < 0 ? row.length : padding);
  const bytes = new Uint8Array(3 + nameLength + Math.max(text.length, 1));
  bytes[0] = place;
  bytes[1] = nameLength;
  bytes.set(row.subarray(0, nameLength), 2);
  bytes[2 + nameLength] = Math.max(text.length, 1) - 1;
  bytes.set(text, 3 + nameLength);
  return bytes;
}
