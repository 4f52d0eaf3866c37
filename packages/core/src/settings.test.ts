import { describe, expect, it } from 'vitest';
import { bodyOf, type Settings, settingsOf } from './settings.js';

const EXEMPTION = { id: 'a', route: 'GET /users', by: 'ada', at: 1, note: '' };
const WHOLE: Settings = {
  version: 3,
  at: 7,
  by: 'ada',
  mode: 'block',
  thresholds: { medium: 0.3, high: 0.5, critical: 1 },
  exemptions: [
    { ...EXEMPTION, field: 'query.id', category: 'sqli', expiresAt: 9, tenant: null },
    { ...EXEMPTION, id: 'b', tenant: 'b' },
  ],
};

function read(body: unknown): { settings: Settings; unread: number } {
  const errors: Error[] = [];
  const settings = settingsOf({ version: 3, at: 7, by: 'ada', body }, (error) => errors.push(error));
  return { settings, unread: errors.length };
}

describe('stored settings', () => {
  it('come back as they were, as JSON too', () => {
    expect(read(bodyOf(WHOLE))).toEqual({ settings: WHOLE, unread: 0 });
    expect(read(JSON.parse(JSON.stringify(bodyOf(WHOLE))))).toEqual({ settings: WHOLE, unread: 0 });
  });

  it('that are nothing are those of the options', () => {
    const nothing = { version: 3, at: 7, by: 'ada', mode: null, thresholds: null, exemptions: [] };
    expect(read({})).toEqual({ settings: nothing, unread: 0 });
    for (const body of [null, 'text', 7, [], true]) expect(read(body)).toEqual({ settings: nothing, unread: 1 });
  });

  it.each([
    ['a mode that is none', { mode: 'on' }, { mode: null }],
    ['thresholds that do not rise', { thresholds: { medium: 0.5, high: 0.4, critical: 0.8 } }, { thresholds: null }],
    ['thresholds of which one is missing', { thresholds: { medium: 0.5, critical: 0.8 } }, { thresholds: null }],
    [
      'thresholds that are texts',
      { thresholds: { medium: '0.1', high: '0.2', critical: '0.3' } },
      { thresholds: null },
    ],
    ['thresholds that are a list', { thresholds: [0.1, 0.2, 0.3] }, { thresholds: null }],
    ['no list of exemptions', { exemptions: { length: 1 } }, { exemptions: [] }],
    ['an exemption without a route', { exemptions: [{ ...EXEMPTION, route: '' }] }, { exemptions: [] }],
    ['an exemption of an odd tenant', { exemptions: [{ ...EXEMPTION, tenant: 7 }] }, { exemptions: [] }],
    ['an exemption that ends never', { exemptions: [{ ...EXEMPTION, expiresAt: 'never' }] }, { exemptions: [] }],
    ['an exemption of any field', { exemptions: [{ ...EXEMPTION, field: null }] }, { exemptions: [] }],
  ])('are read without %s', (_what, wrong, left) => {
    const { settings, unread } = read({ ...(bodyOf(WHOLE) as object), ...wrong });
    expect(settings).toEqual({ ...WHOLE, ...left });
    expect(unread).toBe(1);
  });

  it('are read without names that this version does not know', () => {
    const exemptions = [{ ...EXEMPTION, __proto__: { tenant: 'b' }, future: 1 }];
    expect(read({ exemptions, future: 1 }).settings.exemptions[0]).not.toHaveProperty('future');
  });
});
