import { randomFillSync } from 'node:crypto';
import type { Clock } from '../clock.js';

const MAX_COUNTER = 0xfff;
/** A wall clock set back by less is waited out; one set back further is believed. As RFC 9562 §6.1 leaves to the implementation. */
const MAX_ROLLBACK_MS = 10_000;
/** Random bytes of an id: two to begin a counter with, eight that stand in it. */
const BYTES_PER_ID = 10;
/** Fetched at a time, so that the system is not asked for each id. */
const STOCK_BYTES = 400 * BYTES_PER_ID;
/** Each byte in two hexadecimal digits: several times as fast as to have numbers written. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A source of UUIDv7 (RFC 9562): 48 bits of wall time in ms, a 12-bit counter within the millisecond (§6.2, method 1), 62
 * random bits. Ids of one source sort in the order they were made, as text too, unless the clock is set back by more than 10 s.
 */
export function uuidV7(clock: Clock): () => string {
  const stock = new Uint8Array(STOCK_BYTES);
  let used = STOCK_BYTES;
  let lastMs = -1;
  let counter = 0;
  let time = '';

  const atMs = (ms: number): void => {
    lastMs = ms;
    const digits = ms.toString(16).padStart(12, '0');
    time = `${digits.slice(0, 8)}-${digits.slice(8)}-`;
  };
  const hexAt = (at: number): string => HEX[stock[at] as number] as string;

  return () => {
    if (used === STOCK_BYTES) {
      randomFillSync(stock);
      used = 0;
    }
    const from = used;
    used += BYTES_PER_ID;
    const nowMs = Math.trunc(clock.now());
    if (nowMs > lastMs || nowMs < lastMs - MAX_ROLLBACK_MS) {
      atMs(nowMs);
      // The upper bit is left free, so that a millisecond has room for at least 2048 ids.
      counter = (((stock[from] as number) << 8) | (stock[from + 1] as number)) & (MAX_COUNTER >> 1);
    } else if (counter < MAX_COUNTER) {
      counter += 1;
    } else {
      atMs(lastMs + 1);
      counter = 0;
    }
    const versioned = `${HEX[0x70 | (counter >> 8)]}${HEX[counter & 0xff]}`;
    const variant = `${HEX[0x80 | ((stock[from + 2] as number) & 0x3f)]}${hexAt(from + 3)}`;
    let node = '';
    for (let at = from + 4; at < from + BYTES_PER_ID; at++) node += hexAt(at);
    return `${time}${versioned}-${variant}-${node}`;
  };
}
