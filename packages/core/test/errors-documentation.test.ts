import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/errors.js';

describe('docs/errors.md', () => {
  it('has one heading for each error code, and none besides', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const headings = [...page.matchAll(/^## (API_SECURITY_\w+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(Object.keys(ERRORS));
  });
});
