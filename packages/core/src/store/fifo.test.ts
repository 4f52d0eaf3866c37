import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.js';

it('Fifo does what an array does', () => {
  const operations = fc.array(
    fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 900 }) }),
      fc.record({ take: fc.integer({ min: 0, max: 1_200 }), putBack: fc.boolean() }),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(operations, (given) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      let next = 0;
      for (const operation of given) {
        if ('push' in operation) {
          for (let i = 0; i < operation.push; i++) fifo.push(next++);
          model = [...model, ...Array.from({ length: operation.push }, (_, i) => next - operation.push + i)];
        } else {
          const taken = fifo.take(operation.take);
          expect(taken).toEqual(model.slice(0, operation.take));
          if (operation.putBack) fifo.putBack(taken);
          else model = model.slice(operation.take);
        }
        expect(fifo.length).toBe(model.length);
      }
      expect(fifo.take(Number.POSITIVE_INFINITY)).toEqual(model);
    }),
    { numRuns: 50 },
  );
});
