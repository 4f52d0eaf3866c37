import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.js';
import { type KernelBuild, openKernels } from './kernels.js';

describe('Arena', () => {
  it('hands out zeros, also where something was before', () => {
    const arena = new Arena(openKernels());
    const start = arena.top;
    arena.place(Float32Array.of(1, 2, 3));
    arena.release(start);
    const at = arena.reserve(200_000);
    expect(at).toBe(start);
    expect(arena.floats(at, 50_000).every((value) => value === 0)).toBe(true);
  });

  it.each<KernelBuild>(['simd', 'scalar'])(
    '%s: places weights in blocks of 32 outputs, the last filled up with zeros',
    (build) => {
      const arena = new Arena(openKernels(build));
      const size = fc.integer({ min: 1, max: 70 });
      fc.assert(
        fc.property(size, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (count, outer, inner) => {
          // As a convolution has them: output, input, offset. Offsets are to be the slower ones.
          const weights = Float32Array.from({ length: count * inner * outer }, (_, i) => i + 1);
          const start = arena.top;
          const at = arena.placeBlocks(
            weights,
            { count, stride: inner * outer },
            { count: outer, stride: 1 },
            { count: inner, stride: outer },
          );
          const columns = Math.ceil(count / 32) * 32;
          const placed = arena.floats(at, columns * inner * outer);
          for (let column = 0; column < columns; column++) {
            for (let offset = 0; offset < outer; offset++) {
              for (let input = 0; input < inner; input++) {
                const row = Math.floor(column / 32) * inner * outer + offset * inner + input;
                const wanted = column < count ? weights[(column * inner + input) * outer + offset] : 0;
                expect(placed[row * 32 + (column % 32)]).toBe(wanted);
              }
            }
          }
          arena.release(start);
        }),
      );
    },
  );

  it('places a bias as a matrix without inputs', () => {
    const arena = new Arena(openKernels());
    const at = arena.placeBlocks(Float32Array.of(5, 6, 7), { count: 3, stride: 1 });
    expect([...arena.floats(at, 32)]).toEqual([5, 6, 7, ...Array.from({ length: 29 }, () => 0)]);
  });

  it('puts nothing between blocks that follow each other', () => {
    const arena = new Arena(openKernels());
    const ones = Float32Array.of(1, 1);
    const first = arena.placeBlocks(ones, { count: 2, stride: 1 });
    expect(arena.placeBlocks(ones, { count: 2, stride: 1 })).toBe(first + 4 * 32);
  });
});
