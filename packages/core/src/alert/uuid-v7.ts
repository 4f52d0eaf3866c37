import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';

const MAX_COUNTER = 0xfff;
/** A wall clock set back by less is waited out; one set back further is believed. As RFC 9562 §6.1 leaves to the implementation. */
const MAX_ROLLBACK_MS = 10_000;
/** Where in a UUID its version ends, and a hyphen and the variant begin. */
const VARIANT_AT = 18;

/**
 * A source of UUIDv7 (RFC 9562): 48 bits of wall time in ms, a 12-bit counter within the millisecond (§6.2, method 1), 62
 * random bits. Ids of one source sort in the order they were made, as text too, unless the clock is set back by more than 10 s.
 */
export function uuidV7(clock: Clock): () => string {
  let lastMs = -1;
  let counter = 0;
  let time = '';

  const atMs = (ms: number): void => {
    lastMs = ms;
    const digits = ms.toString(16).padStart(12, '0');
    time = `${digits.slice(0, 8)}-${digits.slice(8)}-7`;
  };

  return () => {
    // A version 4: variant and random bits stand where a version 7 has them too, and Node keeps some in stock.
    const random = randomUUID();
    const nowMs = Math.trunc(clock.now());
    if (nowMs > lastMs || nowMs < lastMs - MAX_ROLLBACK_MS) {
      atMs(nowMs);
      // The upper bit is left free, so that a millisecond has room for at least 2048 ids.
      counter = Number.parseInt(random.slice(0, 3), 16) & (MAX_COUNTER >> 1);
    } else if (counter < MAX_COUNTER) {
      counter += 1;
    } else {
      atMs(lastMs + 1);
      counter = 0;
    }
    return time + counter.toString(16).padStart(3, '0') + random.slice(VARIANT_AT);
  };
}
