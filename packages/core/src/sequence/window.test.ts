import { describe, expect, it } from 'vitest';
import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from './step.js';
import { sequenceWindow } from './window.js';

const row = (number: number) => new Float32Array(STEP_WIDTH).fill(number);
const step = (number: number): Step => ({ at: number, values: row(number), route: 0, ids: 0 });
/** First column of each row, then the mask. */
const outline = ({ steps, mask }: ReturnType<typeof sequenceWindow>) => ({
  rows: Array.from({ length: SEQUENCE_LENGTH }, (_, i) => {
    const values = steps.slice(i * STEP_WIDTH, (i + 1) * STEP_WIDTH);
    expect(new Set(values).size).toBe(1);
    return values[0];
  }),
  mask: [...mask],
});
const padded = (...last: number[]) => [...new Array(SEQUENCE_LENGTH - last.length).fill(0), ...last];

describe('sequenceWindow', () => {
  it('puts the current request last, the steps before it oldest first, and zeros at the front', () => {
    const { rows, mask } = outline(sequenceWindow([step(1), step(2)], row(3)));
    expect(rows).toEqual(padded(1, 2, 3));
    expect(mask).toEqual(padded(1, 1, 1));
  });

  it('is a valid window of one row for the first request', () => {
    const { rows, mask } = outline(sequenceWindow([], row(5)));
    expect(rows).toEqual(padded(5));
    expect(mask).toEqual(padded(1));
  });

  it('drops the oldest step to make room for the current request', () => {
    const recent = Array.from({ length: SEQUENCE_LENGTH }, (_, i) => step(i + 1));
    expect(outline(sequenceWindow(recent, row(99))).rows).toEqual([...Array.from({ length: 15 }, (_, i) => i + 2), 99]);
  });

  it('ends with the newest step when there is no current request', () => {
    const recent = Array.from({ length: SEQUENCE_LENGTH + 4 }, (_, i) => step(i + 1));
    const { rows, mask } = outline(sequenceWindow(recent, null));
    expect(rows).toEqual(Array.from({ length: SEQUENCE_LENGTH }, (_, i) => i + 5));
    expect(mask).toEqual(new Array(SEQUENCE_LENGTH).fill(1));
  });

  it('masks everything when nothing is known', () => {
    expect(outline(sequenceWindow([], null)).mask).toEqual(padded());
  });
});
