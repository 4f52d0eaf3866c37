import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { embedPayload } from './embed-payload.js';
import { evade } from './evade.js';
import { generateRecords } from './generate.js';
import { requestWindows } from './request-windows.js';

const records = generateRecords('test');

describe('generateRecords', () => {
  it('gives the same records for the same seed and others for another', () => {
    expect(JSON.stringify(generateRecords('test'))).toBe(JSON.stringify(records));
    expect(JSON.stringify(generateRecords('other'))).not.toBe(JSON.stringify(records));
  });

  it('leaves no rule name and no stand-in bracket in a text', () => {
    const unfinished = records.filter(({ payload = '' }) =>
      /[‹›]|<(?:n|word|host|start|value|cmd|json|plain|signs|base64)>/.test(payload),
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

  it('never calls one text both', () => {
    const attacks = new Set(records.filter(({ label }) => label === 'attack').map(({ payload }) => payload));
    expect(records.filter(({ label, payload }) => label === 'benign' && attacks.has(payload))).toEqual([]);
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
      (record, i) => record.category === 'xss' && requestWindows(embedPayload(record, i)).length === 0,
    );
    expect(lost).toEqual([]);
  });
});
