import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from '@api-security/core';

/** Of the layout below; another one is another sequence. */
const VERSION = 1;

const VALUES_AT = 17;
/** Bytes of a step: version, wall time, hashes of route and identifiers, values. */
export const STEP_BYTES: number = VALUES_AT + STEP_WIDTH * 4;

/** A step as bytes: `u8` version, `f64` time, `u32` route, `u32` identifiers, `[64] f32` values; little-endian. */
export function encodeStep({ at, route, ids, values }: Step): Buffer {
  const bytes = Buffer.allocUnsafe(STEP_BYTES);
  bytes[0] = VERSION;
  bytes.writeDoubleLE(at, 1);
  bytes.writeUInt32LE(route >>> 0, 9);
  bytes.writeUInt32LE(ids >>> 0, 13);
  for (let i = 0; i < STEP_WIDTH; i++) bytes.writeFloatLE(values[i] ?? 0, VALUES_AT + i * 4);
  return bytes;
}

/**
 * The steps in a row of bytes, oldest first.
 *
 * @returns null for what {@link encodeStep} did not write: another version, another length, a time or a value that is none
 */
export function decodeSteps(row: Uint8Array): readonly Step[] | null {
  if (row.length % STEP_BYTES !== 0 || row.length > STEP_BYTES * SEQUENCE_LENGTH) return null;
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.length);
  const steps: Step[] = [];
  for (let from = 0; from < bytes.length; from += STEP_BYTES) {
    const at = bytes.readDoubleLE(from + 1);
    const values = new Float32Array(STEP_WIDTH);
    for (let i = 0; i < STEP_WIDTH; i++) values[i] = bytes.readFloatLE(from + VALUES_AT + i * 4);
    if (bytes[from] !== VERSION || !Number.isFinite(at) || !values.every(Number.isFinite)) return null;
    steps.push({ at, values, route: bytes.readUInt32LE(from + 9), ids: bytes.readUInt32LE(from + 13) });
  }
  return steps;
}
