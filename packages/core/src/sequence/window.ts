import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from './step.js';

/** What the BiLSTM reads: a client's newest steps. */
export interface SequenceWindow {
  /** `[16, 64]` raw values, row-major; oldest row first, newest last, zero-padded at the front. */
  readonly steps: Float32Array;
  /** `[16]` 1 for a real row, 0 for padding. */
  readonly mask: Float32Array;
}

/**
 * The window that ends with the current request, or with the newest step when there is no current one.
 *
 * @param recent - steps, oldest first; only the newest that fit are read
 * @param current - `[64]` the row of a request that is not a step yet
 */
export function sequenceWindow(recent: readonly Step[], current: Float32Array | null): SequenceWindow {
  const steps = new Float32Array(SEQUENCE_LENGTH * STEP_WIDTH);
  const mask = new Float32Array(SEQUENCE_LENGTH);
  let row = SEQUENCE_LENGTH;
  const prepend = (values: Float32Array) => {
    row -= 1;
    steps.set(values, row * STEP_WIDTH);
    mask[row] = 1;
  };
  if (current !== null) prepend(current);
  for (let i = recent.length - 1; i >= 0 && row > 0; i--) prepend((recent[i] as Step).values);
  return { steps, mask };
}
