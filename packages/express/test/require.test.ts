import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe("require('@api-security/express')", () => {
  it('declares the same types as the module', () => {
    const exported = [...read('../src/index.ts').matchAll(/\btype (\w+)/g)].map(([, name]) => name);
    const declared = [...read('../require.d.cts').matchAll(/\btype (\w+) =/g)].map(([, name]) => name);
    expect(declared.toSorted()).toEqual(exported.toSorted());
  });

  // `npm test` builds first; a test run in the editor need not.
  it.skipIf(!existsSync(new URL('../dist/index.cjs', import.meta.url)))(
    'is the function, with everything else on it',
    () => {
      const required = require('../require.cjs');
      expect(required).toBeTypeOf('function');
      expect(required.default).toBe(required);
      expect(required.apiSecurity).toBe(required);
      expect(required({ enabled: false }).mode).toBe('off');
      expect(Object.keys(required).toSorted()).toEqual([
        'ApiSecurityError',
        'apiSecurity',
        'createApiSecurity',
        'default',
      ]);
    },
  );
});
