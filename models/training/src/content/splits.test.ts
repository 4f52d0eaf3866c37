import { describe, expect, it } from 'vitest';
import type { LabelledRecord } from './record.js';
import { Splits, splitKey } from './splits.js';

const attack = (source: string, template: string, path: string): LabelledRecord => ({
  label: 'attack',
  category: 'sqli',
  source,
  template,
  method: 'GET',
  path,
  headers: {},
});

const service = (host: string, repo: string): LabelledRecord => ({
  label: 'benign',
  category: 'benign',
  source: 'benign-recorded-api',
  repo,
  method: 'GET',
  path: '/',
  headers: { host },
});

describe('Splits', () => {
  it('keeps a vulnerability on one side whatever its source calls it', () => {
    const names = ['CVE-2021-44228', 'apache-log4j-cve-2021-44228-rce', 'http/cves/2021/CVE-2021-44228.yaml'];
    const keys = new Set(names.map((name, i) => splitKey(attack(`source-${i}`, name, '/'))));
    expect(keys.size).toBe(1);
  });

  it('holds a vulnerability of a held-out source out of every other source', () => {
    const splits = new Splits();
    for (let n = 1000; n < 1050; n++) splits.hold(attack('vulhub', `CVE-2020-${n}`, '/'));
    const others = Array.from({ length: 50 }, (_, i) =>
      splits.of(attack('nuclei-templates', `cve-2020-${1000 + i}`, '/')),
    );
    expect(new Set(others)).toEqual(new Set(['test']));
  });

  it('holds a template out when one of its paths is a held-out one', () => {
    const splits = new Splits();
    splits.hold(attack('wy876-poc', 'some product', '/seeyon/htmlofficeservlet?x=1'));
    for (let n = 0; n < 20; n++) splits.spread(attack('afrog-pocs', `product-${n}`, '/seeyon/htmlofficeservlet'));
    const others = Array.from({ length: 20 }, (_, n) => splits.of(attack('afrog-pocs', `product-${n}`, '/other')));
    expect(new Set(others)).toEqual(new Set(['test']));
  });

  it('takes the hosts of one service for one, and a shared host for its repository', () => {
    expect(splitKey(service('api.eu.acme.co.uk:8443', 'a/b'))).toBe(splitKey(service('www.acme.co.uk', 'c/d')));
    expect(splitKey(service('api.example.com', 'a/b'))).not.toBe(splitKey(service('api.example.com', 'c/d')));
  });

  it('gives about 60, 15 and 25 percent of the keys to the parts', () => {
    const splits = new Splits();
    const counts = { train: 0, val: 0, test: 0 };
    for (let n = 0; n < 4000; n++) counts[splits.of(attack('nuclei-templates', `template-${n}`, '/'))]++;
    expect(counts.train / 4000).toBeCloseTo(0.6, 1);
    expect(counts.val / 4000).toBeCloseTo(0.15, 1);
    expect(counts.test / 4000).toBeCloseTo(0.25, 1);
  });
});
