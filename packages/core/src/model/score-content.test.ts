import { describe, expect, it } from 'vitest';
import type { DecodedValue } from '../content/content-value.js';
import { decodeValue } from '../content/decode.js';
import { BOUNDARY_TOKEN, WINDOW_STRIDE, type Windows } from '../content/windows.js';
import { FakeClock } from '../testing/fake-clock.js';
import type { ContentModel } from './content-model.js';
import { ContentScorer } from './score-content.js';

const value = (name: string, text: string, kind: DecodedValue['kind'] = 'query'): DecodedValue =>
  decodeValue({ place: `query.${name}`, kind, name, text });

/** A model whose salience is 1 in the entries that cover a token of the marked kind, as the shipped one counts them. */
function modelOf(
  salient: (row: number[], nameLength: number) => number[],
): ContentModel & { readonly rows: number[][] } {
  const rows: number[][] = [];
  const salience = { stride: 8, width: 19 };
  return {
    rows,
    salience,
    runtime: 'test',
    get scored() {
      return rows.length;
    },
    manifest: {} as ContentModel['manifest'],
    async score(windows: Windows) {
      return Array.from({ length: windows.count }, (_, i) => {
        const row = [...windows.tokens.subarray(i * windows.length, (i + 1) * windows.length)];
        rows.push(row);
        const tokens = salient(row, windows.nameLengths[i]!);
        const entries = Float32Array.from({ length: windows.length / salience.stride }, (_, k) =>
          tokens.some((token) => token >= k * salience.stride && token < k * salience.stride + 8) ? 1 : 0,
        );
        return { score: tokens.length > 0 ? 0.9 : 0.01, categories: new Float32Array(16), salience: entries };
      });
    },
    async close() {},
  };
}

/** Every token that is a quote. */
const quotes = (row: number[]) => row.flatMap((token, at) => (token === 0x27 ? [at] : []));
const never = () => false;

async function spanOf(name: string, text: string, salient = quotes): Promise<string> {
  const { scores } = await new ContentScorer(modelOf(salient), { windows: 256 }, new FakeClock()).score(
    [value(name, text)],
    never,
  );
  const { fromByte, toByte } = scores[0]!;
  return `${fromByte}-${toByte}`;
}

describe('ContentScorer', () => {
  it('says which bytes of the text spoke, wherever the name ends', async () => {
    const text = `${'a'.repeat(32)}'${'b'.repeat(60)}`;
    // Entry 4 or 5 of the row, which begins with the name and the boundary.
    expect(await spanOf('', text)).toBe('31-50');
    expect(await spanOf('number', text)).toBe('25-44');
    expect(await spanOf('n'.repeat(24), text)).toBe('31-50');
  });

  it('counts the bytes of a later window from where its text begins', async () => {
    const text = `${'a'.repeat(WINDOW_STRIDE + 200)}'`;
    const [from, to] = (await spanOf('name', text)).split('-').map(Number);
    expect(from).toBeLessThanOrEqual(WINDOW_STRIDE + 200);
    expect(to).toBeGreaterThan(WINDOW_STRIDE + 200);
  });

  it('cuts a span that begins in the name to the text, and shows none where the name alone spoke', async () => {
    expect(await spanOf('quantity', "'; drop")).toBe('0-18');
    expect(await spanOf('n'.repeat(24), 'so; it is', () => [0])).toBe('0-0');
  });

  it('remembers a verdict under kind, name and text', async () => {
    const model = modelOf((row, nameLength) => (row.indexOf(BOUNDARY_TOKEN) === nameLength ? [nameLength] : []));
    const scorer = new ContentScorer(model, { windows: 256 }, new FakeClock());
    await scorer.score([value('cmd', 'a; b')], never);
    await scorer.score([value('cmd', 'a; b')], never);
    expect(model.scored).toBe(1);
    await scorer.score([value('note', 'a; b')], never);
    await scorer.score([value('cmd', 'a; b', 'body')], never);
    expect(model.scored).toBe(3);
  });

  it('does not ask the model about plain values, unless their name says what they are for', async () => {
    const model = modelOf(() => []);
    await new ContentScorer(model, { windows: 256 }, new FakeClock()).score(
      [value('sort', 'id'), value('cmd', 'id'), value('page', 'localhost'), value('url', 'localhost')],
      never,
    );
    expect(model.rows.map((row) => Buffer.from(row.slice(0, row.indexOf(BOUNDARY_TOKEN))).toString())).toEqual([
      'cmd',
      'url',
    ]);
  });

  it('gives others their turn after two milliseconds of a long body', async () => {
    const clock = new FakeClock();
    const order: string[] = [];
    const slow: ContentModel = {
      ...modelOf(() => []),
      score: (windows) => {
        order.push(`${windows.count} windows`);
        clock.advance(1.5);
        return Array.from({ length: windows.count }, () => ({
          score: 0.01,
          categories: new Float32Array(16),
          salience: new Float32Array(4),
        }));
      },
    };
    const values = Array.from({ length: 48 }, (_, i) => value('note', `it's ${i}; yes`));
    setImmediate(() => order.push('somebody else'));
    const scored = new ContentScorer(slow, { windows: 256 }, clock).score(values, never);
    expect((await scored).scores).toHaveLength(48);
    expect(order).toEqual(['16 windows', '16 windows', 'somebody else', '16 windows']);
  });
});
