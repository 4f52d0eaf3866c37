import { randomFillSync } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Random bytes fetched at a time: enough for 400 ids, so that the system is not asked for each. */
const POOL_BYTES = 4096;
const BYTES_PER_ID = 10;
const MAX_COUNTER = 0xfff;
/** A wall clock set back by less is waited out; one set back further is believed. As RFC 9562 §6.1 leaves to the implementation. */
const MAX_ROLLBACK_MS = 10_000;

/**
 * A source of UUIDv7 (RFC 9562): 48 bits of wall time in ms, a 12-bit counter within the millisecond (§6.2, method 1), 62
 * random bits. Ids of one source sort in the order they were made, as text too, unless the clock is set back by more than 10 s.
 */
export function uuidV7(clock: Clock): () => string {
  const pool = Buffer.alloc(POOL_BYTES);
  const id = Buffer.alloc(16);
  let used = POOL_BYTES;
  let lastMs = -1;
  let counter = 0;

  return () => {
    if (used + BYTES_PER_ID > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const nowMs = Math.trunc(clock.now());
    if (nowMs > lastMs || nowMs < lastMs - MAX_ROLLBACK_MS) {
      lastMs = nowMs;
      // The upper bit is left free, so that a millisecond has room for at least 2048 ids.
      counter = pool.readUInt16BE(used) & (MAX_COUNTER >> 1);
    } else if (counter < MAX_COUNTER) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
    id.writeUIntBE(lastMs, 0, 6);
    id.writeUInt16BE(0x7000 | counter, 6);
    pool.copy(id, 8, used + 2, used + BYTES_PER_ID);
    id.writeUInt8(0x80 | (id.readUInt8(8) & 0x3f), 8);
    used += BYTES_PER_ID;
    const hex = id.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}
