import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from './step.js';
import { StepPool } from './step-pool.js';

const step = (number: number, width: number = STEP_WIDTH): Step => ({
  at: number,
  values: new Float32Array(width).fill(number),
  route: number,
  ids: 0,
});

const steps = fc.record({
  at: fc.double({ noNaN: true }),
  values: fc.float32Array({ minLength: STEP_WIDTH, maxLength: STEP_WIDTH }),
  route: fc.nat(0xffff_ffff),
  ids: fc.nat(0xffff_ffff),
});

describe('StepPool', () => {
  it('holds what arrays hold from which the oldest is dropped, and no slot is lost', () => {
    const operations = fc.array(
      fc.record({
        name: fc.nat(5),
        does: fc.oneof({ weight: 9, arbitrary: steps }, { weight: 1, arbitrary: fc.constant('release' as const) }),
      }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(fc.integer({ min: SEQUENCE_LENGTH, max: 60 }), operations, (maxSteps, given) => {
        const pool = new StepPool(maxSteps);
        pool.grow();
        const sequences = new Map<number, number>();
        const model = new Map<number, Step[]>();
        for (const { name, does } of given) {
          const sequence = sequences.get(name);
          const held = model.get(name) ?? [];
          if (does === 'release') {
            if (sequence !== undefined) pool.release(sequence);
            sequences.delete(name);
            model.delete(name);
          } else if (pool.free > 0 || (sequence !== undefined && pool.isFull(sequence))) {
            sequences.set(name, pool.append(sequence, does));
            model.set(name, [...held, does].slice(-SEQUENCE_LENGTH));
          }
          const used = [...model.values()].reduce((sum, { length }) => sum + length, 0);
          expect(used + pool.free).toBe(pool.allocated);
          for (const [other, expected] of model) expect(pool.steps(sequences.get(other) as number)).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes memory slab by slab, and no more than it is told', () => {
    const pool = new StepPool(2_500);
    const allocated = [0, 1, 2, 3].map(() => {
      pool.grow();
      return pool.allocated;
    });
    expect(allocated).toEqual([1024, 2048, 2500, 2500]);
    const sequences = Array.from({ length: 2_500 }, (_, i) => pool.append(undefined, step(i)));
    expect(pool.free).toBe(0);
    expect(sequences.map((sequence) => pool.steps(sequence)[0]?.at)).toEqual(sequences.map((_, i) => i));
  });

  it('keeps a row of another width to its own slot', () => {
    const pool = new StepPool(16);
    pool.grow();
    const former = pool.append(undefined, step(9));
    const neighbour = pool.append(undefined, step(5));
    pool.release(former);
    const short = pool.append(undefined, step(1, 3));
    expect([...(pool.steps(short)[0]?.values ?? [])]).toEqual([1, 1, 1, ...new Array(STEP_WIDTH - 3).fill(0)]);
    pool.release(short);
    pool.append(undefined, step(2, STEP_WIDTH * 3));
    expect(pool.steps(neighbour)).toEqual([step(5)]);
  });

  it('goes on when the memory of a copy was transferred', () => {
    const pool = new StepPool(16);
    pool.grow();
    const sequence = pool.append(undefined, step(1));
    const values = pool.steps(sequence)[0]?.values as Float32Array<ArrayBuffer>;
    structuredClone(values, { transfer: [values.buffer] });
    expect(pool.steps(sequence)).toEqual([step(1)]);
  });
});
