import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { embedPayload } from './embed-payload.js';
import { evade } from './evade.js';
import { generateRecords } from './generate.js';
import type { LabelledRecord } from './record.js';
import { requestWindows } from './request-windows.js';

const records = generateRecords('test');

describe('generateRecords', () => {
  it('gives the same records for the same seed and others for another', () => {
    expect(JSON.stringify(generateRecords('test'))).toBe(JSON.stringify(records));
    expect(JSON.stringify(generateRecords('other'))).not.toBe(JSON.stringify(records));
  });

  it('leaves no rule name and no stand-in bracket in a text', () => {
    const unfinished = records.filter(({ payload = '' }) =>
      /[‹›]|<(?:n|word|noun|octet|host|cmd|json|plain|signs|base64|probe|glue|loopback|quote|inline|given|family)>/.test(
        payload,
      ),
    );
    expect(unfinished).toEqual([]);
  });

  it('puts the classics that public lists lack back', () => {
    const texts = new Set(records.filter(({ label }) => label === 'attack').map(({ payload }) => payload));
    expect(texts).toContain("' or 1=1--");
    expect(texts).toContain('<script>alert(1)</script>');
    expect(texts).toContain('{{7*7}}');
    expect(texts).toContain('http://169.254.169.254/latest/meta-data/');
  });

  it('never calls one text both under the same name', () => {
    const named = new Map<string, string>();
    const unnamed = new Map<string, string>();
    for (const { field, payload = '', label } of records) {
      if (field === undefined) unnamed.set(payload, label);
      else named.set(`${field} ${payload}`, label);
    }
    const both = records.filter(
      ({ field, payload = '', label }) =>
        (unnamed.get(payload) ?? label) !== label || (named.get(`${field} ${payload}`) ?? label) !== label,
    );
    expect(both).toEqual([]);
  });

  it('sends harmless values under every name that attacks travel under most', () => {
    const named = (label: string): string[] =>
      records.flatMap((record) => (record.label === label && record.field !== undefined ? [record.field] : []));
    const benign = new Set(named('benign'));
    const attacks = new Map<string, number>();
    for (const field of named('attack')) attacks.set(field, (attacks.get(field) ?? 0) + 1);
    const telling = [...attacks].filter(([field, count]) => count > 60 && !field.startsWith('$') && !benign.has(field));
    expect(telling).toEqual([]);
  });

  it('keeps within its size and has no separator left in a value', () => {
    expect(records.filter(({ label }) => label === 'attack').length).toBeLessThanOrEqual(62_000);
    expect(records.filter(({ label }) => label === 'benign').length).toBeLessThanOrEqual(85_000);
    expect(records.filter(({ payload = '' }) => payload.includes('⇒'))).toEqual([]);
  });

  it('judges a file by the ending of its name in the place of a file name alone', () => {
    const names = records.filter(({ as_ }) => as_ === 'file name');
    const endingsOf = (wanted: string) =>
      new Set(names.filter(({ label }) => label === wanted).map(({ payload = '' }) => /\.(\w+)$/.exec(payload)?.[1]));
    expect(endingsOf('attack').has('php')).toBe(true);
    expect(endingsOf('benign').has('php')).toBe(false);
    expect(endingsOf('benign').has('png')).toBe(true);
  });
});

describe('evade', () => {
  it('gives the same text for the same seed', () => {
    const twice = [0, 1].map(() => evade("1' union select 1--", 'sqli', seededRandom('x')));
    expect(twice[0]).toBe(twice[1]);
  });
});

describe('embedPayload', () => {
  it('makes requests that the extractor finds the attack in', () => {
    const lost = records.filter(
      (record, i) =>
        record.category === 'xss' &&
        !inTransportHeader(record, i) &&
        requestWindows(embedPayload(record, i)).length === 0,
    );
    expect(lost).toEqual([]);
  });
});

/** A header that clients' libraries write passes unread where it looks as they write it; a bare data URL does. */
function inTransportHeader(record: LabelledRecord, index: number): boolean {
  return 'accept-language' in embedPayload(record, index).headers;
}
