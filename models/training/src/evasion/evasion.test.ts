import { describe, expect, it } from 'vitest';
import { generateRecords } from '../content/generate.js';
import { seededRandom } from '../random.js';
import { balancedDraw } from './base-payloads.js';
import { lookAlikes } from './look-alikes.js';
import { PADDING_SIDES, padded } from './padding.js';
import { PLACEMENTS, placed, reaches } from './placements.js';
import { RateTable } from './rate-table.js';
import { TRANSFORMS } from './transforms.js';

const transform = (name: string) => {
  const found = TRANSFORMS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No transform "${name}".`);
  return (text: string) => found.rewrite(text, seededRandom('test'));
};

describe('the transforms', () => {
  it('leave an attack what it is', () => {
    expect(transform('alternating case')("1' or sleep(5)")).toBe("1' Or SlEeP(5)");
    expect(transform('strings in pieces')("x' = 'admin'")).toBe("x' = 'ad'||'min'");
    expect(transform('symbols for operators')('1 or 1=1')).toBe('1||1=1');
    expect(transform('backslashes')('../../win.ini')).toBe('..\\..\\win.ini');
    expect(transform('overlong UTF-8')('../')).toBe('%C0%AE%C0%AE%C0%AF');
    expect(transform('percent-encoded twice')("'")).toBe('%2527');
    expect(transform('percent-encoded twice')('<')).toBe('%253C');
    expect(JSON.parse(`"${transform('JSON escapes')('<é😀>')}"`)).toBe('<é😀>');
  });

  it('say so where there is nothing to rewrite', () => {
    expect(transform('comments for spaces')("'='")).toBeNull();
    expect(transform('quotes inside commands')('select')).toBeNull();
  });
});

describe('a placement', () => {
  it('carries the payload as its parser will read it', () => {
    const payload = `a' or "b" < 1 & ; %`;
    expect(new URL(placed(payload, 'query').url, 'http://x').searchParams.get('term')).toBe(payload);
    expect(new URLSearchParams(String(placed(payload, 'form').body)).get('term')).toBe(payload);
    expect(JSON.parse(String(placed(payload, 'json').body))).toMatchObject({ term: payload });
    expect(placed('a&b<c', 'xml text').body).toContain('<term>a&amp;b&lt;c</term>');
  });

  it('is not used where the payload cannot arrive', () => {
    expect(reaches('xss', 'header', 'a\r\nb')).toBe(false);
    expect(reaches('ssrf', 'cookie', 'http://127.0.0.1')).toBe(false);
    expect(reaches('sqli', 'path', '1/**/or 1=1')).toBe(false);
    expect(PLACEMENTS.filter((placement) => reaches('sqli', placement, '1 or 1=1'))).toEqual(PLACEMENTS);
  });
});

describe('padding', () => {
  it('is as long as it says and leaves the payload whole', () => {
    for (const side of PADDING_SIDES) {
      const text = padded('PAYLOAD', 2048, side, seededRandom('test'));
      expect(text).toContain('PAYLOAD');
      expect(text.length - 2048).toBeLessThan(12);
      expect(text.length).toBeGreaterThan(2048);
    }
  });
});

describe('the look-alikes', () => {
  it('are at least 600 texts of at least 12 kinds, without unfilled slots', () => {
    const items = lookAlikes('test');
    expect(items.length).toBeGreaterThanOrEqual(600);
    expect(new Set(items.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(12);
    expect(items.filter(({ text }) => /<(?:irish|roman|thing|things|small|big|fn|column|service)>/.test(text))).toEqual(
      [],
    );
  });

  it('are no training texts, but for a sign or two', () => {
    const trained = new Set(generateRecords('2026').map(({ payload }) => payload));
    expect(lookAlikes('test').filter(({ text }) => text.length > 8 && trained.has(text))).toEqual([]);
  });
});

describe('the draw', () => {
  it('is as even over categories as they allow', () => {
    const payloads = Array.from({ length: 40 }, (_, i) => ({
      category: i < 35 ? 'sqli' : 'ldap',
      source: 's',
      text: `${i}`,
    }));
    const drawn = balancedDraw(payloads, 20, seededRandom('test'));
    expect(drawn.filter(({ category }) => category === 'ldap')).toHaveLength(5);
    expect(new Set(drawn.map(({ text }) => text)).size).toBe(20);
  });
});

describe('the rate table', () => {
  it('gives the Wilson interval', () => {
    const table = new RateTable();
    for (let i = 0; i < 10; i++) table.add('x', i > 0);
    expect(table.rows()).toEqual([
      { name: 'x', count: 9, of: 10, rate: 0.9, low: expect.closeTo(0.596, 3), high: expect.closeTo(0.982, 3) },
    ]);
    expect(new RateTable().total('none')).toMatchObject({ of: 0, low: 0, high: 1 });
  });
});
