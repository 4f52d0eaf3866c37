import { describe, expect, it } from 'vitest';
import { parseRecord } from './record.js';

const parse = (record: unknown, groupBy: string | null = null) =>
  parseRecord(JSON.stringify(record), { placement: 'query', groupBy });

describe('a labelled record', () => {
  it('is a request', () => {
    const record = parse({
      method: 'POST',
      path: '/login?a=1',
      headers: { host: 'api.example.com' },
      body: '{}',
      label: 'attack',
      category: 'sqli',
      source: 'mine',
      template: 'CVE-1',
      weak: true,
    });
    expect(record).toEqual({
      request: { method: 'POST', url: '/login?a=1', headers: { host: 'api.example.com' }, body: '{}' },
      payload: null,
      attack: true,
      category: 'sqli',
      source: 'mine',
      kind: null,
      weak: true,
      id: 'CVE-1',
      group: null,
    });
  });

  it('is a payload in a request', () => {
    expect(parse({ payload: 'a b', label: 'benign', category: 'benign', source: 'mine', kind: 'prose' })).toMatchObject(
      {
        request: { url: '/search?q=a%20b' },
        payload: { text: 'a b', place: 'query.q' },
        attack: false,
        kind: 'prose',
        weak: false,
      },
    );
  });

  it('needs neither headers, body, category nor source', () => {
    expect(parse({ method: 'GET', path: '/', label: 'benign' })).toMatchObject({
      request: { method: 'GET', url: '/', headers: {} },
      category: '(none)',
      source: '(none)',
    });
  });

  it('can be grouped by any field, also one that is no text, missing or endless', () => {
    const group = (fields: object) =>
      (parse({ payload: 'a', label: 'benign', ...fields }, 'status') as { group: string }).group;
    expect(group({ status: 404 })).toBe('404');
    expect(group({})).toBe('(none)');
    expect(group({ status: 'x'.repeat(1000) })).toHaveLength(200);
  });

  it.each([
    ['nothing', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['{"payload":"a"}', 'no label "attack" or "benign"'],
    ['{"label":"attack"}', 'neither a payload nor a method and a path'],
    ['{"label":"attack","method":"GET","path":"/","headers":["a"],"body":1}', 'body is neither a string nor null'],
    ['{"label":"attack","method":"GET","path":"/","headers":{"a":1}}', 'headers are not an object of strings'],
  ])('%s is none', (text, reason) => {
    expect(parseRecord(text, { placement: 'query', groupBy: null })).toBe(reason);
  });
});
