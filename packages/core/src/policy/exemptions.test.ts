import { describe, expect, it } from 'vitest';
import { isExempt } from './exemptions.js';

const found = { route: 'POST /articles/{id}', place: 'body.html', category: 'xss', at: 1_000, tenant: 'a' } as const;

describe('isExempt', () => {
  it('needs route, field and category to match where they are named', () => {
    expect(isExempt([{ route: found.route }], found)).toBe(true);
    expect(isExempt([{ route: found.route, field: 'body.html', category: 'xss' }], found)).toBe(true);
    expect(isExempt([{ route: 'PUT /articles/{id}', field: 'body.html' }], found)).toBe(false);
    expect(isExempt([{ route: found.route, field: 'body.title' }], found)).toBe(false);
    expect(isExempt([{ route: found.route, category: 'sqli' }], found)).toBe(false);
  });

  it('is for its tenant where it has one', () => {
    expect(isExempt([{ route: found.route, tenant: 'a' }], found)).toBe(true);
    expect(isExempt([{ route: found.route, tenant: 'b' }], found)).toBe(false);
    expect(isExempt([{ route: found.route, tenant: null }], found)).toBe(false);
    expect(isExempt([{ route: found.route, tenant: null }], { ...found, tenant: null })).toBe(true);
  });

  it('ends at its expiry', () => {
    expect(isExempt([{ route: found.route, expiresAt: 1_001 }], found)).toBe(true);
    expect(isExempt([{ route: found.route, expiresAt: 1_000 }], found)).toBe(false);
  });
});
