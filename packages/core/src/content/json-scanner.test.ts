import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './json-scanner.js';
import { walkParsed } from './parsed.js';
import type { TreeEvents } from './tree-reader.js';

class Recorder implements TreeEvents {
  readonly full = false;
  readonly events: string[] = [];
  open(bracket: '{' | '['): void {
    this.events.push(bracket);
  }
  close(): void {
    this.events.push('end');
  }
  key(name: string): void {
    this.events.push(`key ${name}`);
  }
  string(text: string): void {
    this.events.push(`string ${text}`);
  }
  literal(text: string): void {
    this.events.push(`literal ${Number.isNaN(Number(text)) ? text : Number(text)}`);
  }
}

function scan(text: string) {
  const recorder = new Recorder();
  return { verdict: scanJson(text, recorder), events: recorder.events };
}

function walk(value: unknown): string[] {
  const recorder = new Recorder();
  walkParsed(value, recorder);
  return recorder.events;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const spaced = fc
  .tuple(fc.jsonValue(), fc.constantFrom(0, 1, '\t', '\r\n'))
  .map(([v, gap]) => JSON.stringify(v, null, gap));
/** JSON with a character put in, taken out or changed. */
const damaged = fc
  .tuple(
    spaced,
    fc.nat(),
    fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', '-', '.', 'x', ' ', '\n'),
    fc.boolean(),
  )
  .map(([text, at, piece, insert]) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + piece + text.slice(insert ? index : index + 1);
  });

describe('scanJson', () => {
  it('tells what JSON.parse finds, for any JSON', () => {
    fc.assert(
      fc.property(spaced, (text) => {
        const { verdict, events } = scan(text);
        expect(verdict).toBe('complete');
        // Integer-like keys come first in objects, so only the multiset is comparable.
        expect([...events].sort()).toEqual([...walk(JSON.parse(text))].sort());
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        expect(scan(text).verdict === 'complete').toBe(parses(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes the beginning of JSON for cut off, never for malformed', () => {
    fc.assert(
      fc.property(spaced, fc.nat(), (text, at) => {
        expect(scan(text.slice(0, at % text.length)).verdict).not.toBe('malformed');
      }),
    );
  });

  it('is total on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { events } = scan(text);
        expect(events.filter((event) => event === 'end').length).toBeLessThanOrEqual(
          events.filter((event) => event === '{' || event === '[').length,
        );
      }),
    );
  });

  it('tells both values of a duplicate key', () => {
    expect(scan('{"a":"first","a":"last"}').events).toEqual([
      '{',
      'key a',
      'string first',
      'key a',
      'string last',
      'end',
    ]);
  });

  it('reads on behind an error', () => {
    const { verdict, events } = scan('{"a" "x" "b":"y", $where: "z", "c":"unclosed');
    expect(verdict).toBe('malformed');
    expect(events).toEqual(
      expect.arrayContaining(['string x', 'key b', 'string y', 'key $where', 'string z', 'string unclosed']),
    );
  });

  it('tells several documents from one', () => {
    expect(scan('{"a":1}\n{"a":2}\n').verdict).toBe('several');
    expect(scan(' {"a":1} ').verdict).toBe('complete');
  });

  it('keeps escapes that JSON does not know, for the decoder', () => {
    expect(scan('["\\x3cb"]')).toEqual({ verdict: 'malformed', events: ['[', 'string \\x3cb', 'end'] });
  });

  it.each(['[', '{"a":', '"', '\\', '[[],', '{', ']', '"a"', ' ', '-', ',', ':', '"\\u'])(
    'is done with 40 kB of %s',
    (piece) => {
      expect(scan(piece.repeat(40_000 / piece.length)).verdict).not.toBe('complete');
    },
  );
});
