import {
  DEFAULT_CONTENT_LIMITS,
  isPlain,
  observeDescribedRequest,
  readContent,
  windowsOf,
} from '@api-security/core/extraction';
import type { RequestText } from './embed-payload.js';

/** Windows of one request that are kept: more than the library's default, so that long bodies train whole. */
const LIMITS = { ...DEFAULT_CONTENT_LIMITS, windows: 256 };

/** A request's windows as the content tower reads them, each as place, length − 1, bytes. Plain values have none. */
export function requestWindows(request: RequestText): Uint8Array[] {
  const observation = observeDescribedRequest(request, CONTEXT);
  const values = readContent(observation, LIMITS).values.filter((value) => !isPlain(value));
  const { count, length, tokens, places } = windowsOf(values, LIMITS);
  return Array.from({ length: count }, (_, row) =>
    packed(tokens.subarray(row * length, (row + 1) * length), places[row] ?? 0),
  );
}

/** Time plays no part in what a request says; the body limit is the one that the library ships with. */
const CONTEXT = { clock: { now: () => 0, monotonicMs: () => 0 }, tenant: null, bodyBytes: 131_072 };

const BYTE = 256;

function packed(tokens: Int32Array, place: number): Uint8Array {
  const padding = tokens.findIndex((token) => token >= BYTE);
  const size = padding < 0 ? tokens.length : padding;
  const bytes = new Uint8Array(2 + Math.max(size, 1));
  bytes[0] = place;
  bytes[1] = Math.max(size, 1) - 1;
  bytes.set(tokens.subarray(0, size), 2);
  return bytes;
}
