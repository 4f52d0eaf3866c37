import { createWriteStream, type WriteStream } from 'node:fs';
import type { RecordedStep } from '@api-security/core';

/**
 * Bytes of one record, little-endian: f64 arrival ms, f64 completion ms, u32 client address, u32 ordinal of the step
 * among its client's, u32 route, u32 ids, u8 subject (0 request, 1 connection), u8 flow present, 6 unused,
 * 64 × f32 before, 64 × f32 after. `models/training/python/lab_data/records.py` reads it.
 */
export const RECORD_BYTES = 552;
const VALUES_AT = 40;

/** Every step of a client is kept up to here; of a flood's many, only stretches. */
const KEPT_WHOLE = 260;
const STRETCH_EVERY = 800;
const STRETCH = 30;
const MOST_PER_CLIENT = 400;

export function addressNumber(address: string): number {
  const parts = address.split('.').map(Number);
  return parts.length === 4 ? parts.reduce((sum, part) => sum * 256 + part, 0) : 0;
}

/** Writes steps in the order of completion. */
export class Recorder {
  readonly #stream: WriteStream;
  readonly #seen: Map<number, { steps: number; kept: number }> = new Map();
  written = 0;

  constructor(file: string) {
    this.#stream = createWriteStream(file, { highWaterMark: 4_194_304 });
  }

  add(step: RecordedStep): void {
    const client = addressNumber(step.client.address);
    const state = this.#seen.get(client) ?? { steps: 0, kept: 0 };
    this.#seen.set(client, state);
    const ordinal = state.steps++;
    const inStretch = ordinal < KEPT_WHOLE || ordinal % STRETCH_EVERY < STRETCH;
    if (!inStretch || state.kept >= MOST_PER_CLIENT) return;
    state.kept++;
    this.written++;
    const record = Buffer.alloc(RECORD_BYTES);
    record.writeDoubleLE(step.at, 0);
    record.writeDoubleLE(Date.now(), 8);
    record.writeUInt32LE(client, 16);
    record.writeUInt32LE(ordinal, 20);
    record.writeUInt32LE(step.route >>> 0, 24);
    record.writeUInt32LE(step.ids >>> 0, 28);
    record.writeUInt8(step.subject === 'request' ? 0 : 1, 32);
    record.writeUInt8(step.flow ? 1 : 0, 33);
    for (let i = 0; i < 64; i++) {
      record.writeFloatLE(step.before[i] ?? 0, VALUES_AT + i * 4);
      record.writeFloatLE(step.after[i] ?? 0, VALUES_AT + 256 + i * 4);
    }
    this.#stream.write(record);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }
}
