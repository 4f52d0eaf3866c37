import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string) => readFileSync(pathOf(path), 'utf8');

describe("require('@api-security/hono')", () => {
  it('declares the same types as the module', () => {
    const exported = [...read('../src/index.ts').matchAll(/\btype (\w+)/g)].map(([, name]) => name);
    const declared = [...read('../require.d.cts').matchAll(/\btype (\w+) =/g)].map(([, name]) => name);
    expect(declared.toSorted()).toEqual(exported.toSorted());
  });

  // `npm test` builds first; a test run in the editor need not. In a process of its own, where no test runner has a say in resolution.
  it.skipIf(!process.env.CI && !existsSync(pathOf('../dist/index.cjs')))(
    'is the function, with everything else on it',
    () => {
      const script = `
      const required = require('../require.cjs');
      const { default: byDefault, apiSecurity } = required;
      const isItself = [byDefault, apiSecurity].every((one) => one === required);
      console.log(JSON.stringify({ isItself, mode: required({ enabled: false }).mode, names: Object.keys(required).sort() }));`;
      const output = execFileSync(process.execPath, ['-e', script], { cwd: pathOf('.'), encoding: 'utf8' });
      expect(JSON.parse(output)).toEqual({
        isItself: true,
        mode: 'off',
        names: ['ApiSecurityError', 'apiSecurity', 'createApiSecurity', 'default'],
      });
    },
  );
});
