import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineMemory, MAX_LINE_CHARS } from './line-memory.js';

const word = fc.constantFrom('a', 'b', 'cookie', '__proto__', 'x'.repeat(40));

describe('LineMemory', () => {
  it('gives back what was made of a line, or nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 200 }), (lines) => {
        const memory = new LineMemory<string>(400);
        for (const [name, value] of lines) {
          const known = memory.get(name, value);
          expect([undefined, `${name}=${value}`]).toContain(known);
          if (known === undefined) memory.set(name, value, `${name}=${value}`);
          expect(memory.get(name, value)).toBe(`${name}=${value}`);
        }
      }),
    );
  });

  it('keeps what is asked for again, and forgets the rest', () => {
    const memory = new LineMemory<number>(200);
    memory.set('often', 'x', 1);
    memory.set('once', 'x', 2);
    for (let i = 0; i < 100; i++) {
      memory.set(`other ${i}`, 'y', i);
      expect(memory.get('often', 'x')).toBe(1);
    }
    expect(memory.get('once', 'x')).toBeUndefined();
    expect(memory.get('other 0', 'y')).toBeUndefined();
  });

  it('counts what it is told to count beside', () => {
    const memory = new LineMemory<number>(200);
    memory.set('a', 'x', 1);
    memory.set('b', 'x', 2, 90);
    memory.set('c', 'x', 3, 90);
    memory.set('d', 'x', 4, 90);
    expect(memory.get('a', 'x')).toBeUndefined();
    expect(memory.get('c', 'x')).toBe(3);
  });

  it('remembers no line that is too long', () => {
    const memory = new LineMemory<number>(10_000);
    memory.set('a', 'x'.repeat(MAX_LINE_CHARS - 1), 1);
    memory.set('b', 'x'.repeat(MAX_LINE_CHARS), 2);
    expect(memory.get('a', 'x'.repeat(MAX_LINE_CHARS - 1))).toBe(1);
    expect(memory.get('b', 'x'.repeat(MAX_LINE_CHARS))).toBeUndefined();
  });
});
