import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (path: string) => readFileSync(pathOf(path), 'utf8');

describe("require('@api-security/nestjs')", () => {
  it('declares the same types as the module', () => {
    const [, types = ''] = /export type \{([^}]*)\}/.exec(read('../src/index.ts')) ?? [];
    const exported = types.split(',').map((name) => name.trim());
    // Of a class, or of a token that is a type as well, `export =` hands on the value alone.
    const classes = ['ApiSecurityEngine', 'ApiSecurityError', 'ApiSecurityRejection'];
    const declared = [...read('../require.d.cts').matchAll(/\btype (\w+) =/g)].map(([, name]) => name);
    expect(declared.toSorted()).toEqual([...exported, ...classes].toSorted());
  });

  // `npm test` builds first; a test run in the editor need not. In a process of its own, where no test runner has a say in resolution.
  it.skipIf(!process.env.CI && !existsSync(pathOf('../dist/index.cjs')))(
    'is the module class, with everything else on it',
    () => {
      const script = `
      const required = require('../require.cjs');
      const { default: byDefault, ApiSecurityModule } = required;
      const isItself = [byDefault, ApiSecurityModule].every((one) => one === required);
      const made = required.forRoot();
      console.log(JSON.stringify({ isItself: isItself && made.module === required, global: made.global, names: Object.keys(required).sort() }));`;
      const output = execFileSync(process.execPath, ['-e', script], { cwd: pathOf('.'), encoding: 'utf8' });
      expect(JSON.parse(output)).toEqual({
        isItself: true,
        global: true,
        names: [
          'ApiSecurity',
          'ApiSecurityEngine',
          'ApiSecurityError',
          'ApiSecurityModule',
          'ApiSecurityRejection',
          'SkipApiSecurity',
          'createApiSecurity',
          'default',
        ],
      });
    },
  );
});
