import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, pathOf } from './adapters.js';

/** What `require()` gives: under this name and as `default` too, with these beside it. */
interface Required {
  readonly self: string;
  readonly names: readonly string[];
  /** Classes, and tokens that are types as well: of those `export =` hands on the value alone, so the type is declared. */
  readonly classes: readonly string[];
  /** How to see that it works: a script on `required` and what it gives. */
  readonly works: readonly [script: string, expected: unknown];
}

const FUNCTION: Required = {
  self: 'apiSecurity',
  names: ['ApiSecurityError', 'apiSecurity', 'createApiSecurity', 'default'],
  classes: [],
  works: ['required({ enabled: false }).mode', 'off'],
};

const OTHERS: Readonly<Record<string, Required>> = {
  fastify: { ...FUNCTION, names: [...FUNCTION.names, 'ApiSecurityRejection'] },
  nestjs: {
    self: 'ApiSecurityModule',
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
    classes: ['ApiSecurityEngine', 'ApiSecurityError', 'ApiSecurityRejection'],
    works: ['[required.forRoot().module === required, required.forRoot().global]', [true, true]],
  },
};

/** Names that a module exports as types alone. */
function exportedTypes(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return file.statements.filter(ts.isExportDeclaration).flatMap(({ isTypeOnly, exportClause }) => {
    const names = exportClause && ts.isNamedExports(exportClause) ? [...exportClause.elements] : [];
    return names.filter((each) => isTypeOnly || each.isTypeOnly).map(({ name }) => name.text);
  });
}

/** In a process of its own, where no test runner has a say in resolution. */
function ask(name: string, script: string): unknown {
  const whole = `const required = require('./require.cjs'); console.log(JSON.stringify(${script}));`;
  return JSON.parse(execFileSync(process.execPath, ['-e', whole], { cwd: pathOf('packages', name), encoding: 'utf8' }));
}

describe.each(ADAPTERS)("require('@api-security/%s')", (name) => {
  const { self, names, classes, works } = OTHERS[name] ?? FUNCTION;
  // `npm test` builds first; a test run in the editor need not.
  const isBuilt = process.env.CI !== undefined || existsSync(pathOf('packages', name, 'dist', 'index.cjs'));

  it('declares the same types as the module', () => {
    const exported = exportedTypes(pathOf('packages', name, 'src', 'index.ts'));
    const declarations = readFileSync(pathOf('packages', name, 'require.d.cts'), 'utf8');
    const declared = [...declarations.matchAll(/\btype (\w+) =/g)].map(([, each]) => each);
    expect(exported.length).toBeGreaterThan(4);
    expect(declared.toSorted()).toEqual([...exported, ...classes].toSorted());
  });

  it.runIf(isBuilt)('is what one uses, with everything else on it', () => {
    expect(ask(name, `[required.default, required.${self}].every((one) => one === required)`)).toBe(true);
    expect(ask(name, 'Object.keys(required).sort()')).toEqual(names.toSorted());
  });

  it.runIf(isBuilt)('works', () => {
    const [script, expected] = works;
    expect(ask(name, script)).toEqual(expected);
  });
});
