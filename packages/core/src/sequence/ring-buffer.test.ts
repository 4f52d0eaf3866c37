import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingBuffer } from './ring-buffer.js';
import { STEP_WIDTH, type Step } from './step.js';

const steps = fc.record({
  at: fc.double({ noNaN: true }),
  values: fc.float32Array({ minLength: STEP_WIDTH, maxLength: STEP_WIDTH }),
  route: fc.nat(0xffff_ffff),
  ids: fc.nat(0xffff_ffff),
});

describe('RingBuffer', () => {
  it('holds what an array holds from which the oldest is dropped', () => {
    const operations = fc.array(
      fc.oneof({ weight: 9, arbitrary: steps }, { weight: 1, arbitrary: fc.constant('clear' as const) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), operations, (capacity, given) => {
        const ring = new RingBuffer(capacity);
        let model: Step[] = [];
        for (const operation of given) {
          if (operation === 'clear') {
            ring.clear();
            model = [];
          } else {
            ring.push(operation);
            model = [...model, operation].slice(-capacity);
          }
          expect(ring.length).toBe(model.length);
          expect(ring.snapshot()).toEqual(model);
        }
      }),
    );
  });

  it('gives snapshots that later steps do not change', () => {
    const ring = new RingBuffer(2);
    const step = (number: number): Step => ({
      at: number,
      values: new Float32Array(STEP_WIDTH).fill(number),
      route: number,
      ids: 0,
    });
    ring.push(step(1));
    const snapshot = ring.snapshot();
    ring.push(step(2));
    ring.push(step(3));
    expect(snapshot).toEqual([step(1)]);
  });
});
