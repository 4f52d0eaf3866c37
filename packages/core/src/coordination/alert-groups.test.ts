import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../alert/alert.js';
import { FakeClock } from '../testing/fake-clock.js';
import { assessmentOf } from '../testing/sample-assessments.js';
import { AlertGroups } from './alert-groups.js';

function setUp(options: { windowMs?: number; maxGroups?: number } = {}) {
  const clock = new FakeClock();
  const groups = new AlertGroups({ clock, ...options });
  const record = (partial: Parameters<typeof assessmentOf>[0] = {}) =>
    groups.record(assessmentOf({ at: clock.now(), ...partial })) as Alert;
  return { clock, record };
}

describe('AlertGroups', () => {
  it('makes a new alert of a first assessment', () => {
    const { clock, record } = setUp();
    const alert = record();
    expect(alert).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      assessment: assessmentOf({ at: clock.now() }),
      count: 1,
      firstAt: clock.now(),
      lastAt: clock.now(),
      acknowledged: null,
    });
  });

  it('lets it grow with the same tenant, client and category, and keeps the highest score', () => {
    const { clock, record } = setUp();
    const first = record({ score: 0.7 });
    clock.advance(1_000);
    const strongest = assessmentOf({ at: clock.now(), score: 0.99 });
    record(strongest);
    clock.advance(1_000);
    const last = record({ score: 0.99 });
    expect(last).toEqual({ ...first, assessment: strongest, count: 3, lastAt: clock.now() });
    expect(first.count).toBe(1);
  });

  it.each([
    ['tenant', { tenant: 'a' }],
    ['client', { client: { key: 'other', address: '192.0.2.7' } }],
    ['category', { category: 'xss' }],
    ['category that is missing', { category: null }],
  ] as const)('makes another alert of another %s', (_, other) => {
    const { record } = setUp();
    expect(record(other).id).not.toBe(record().id);
  });

  it('does not mix parts that look alike when they are joined', () => {
    const { record } = setUp();
    const alert = record({ tenant: 'a', client: { key: 'b","c', address: '' }, category: 'xss' });
    expect(record({ tenant: 'a","b', client: { key: 'c', address: '' }, category: 'xss' }).id).not.toBe(alert.id);
    expect(record({ tenant: 'null' }).id).not.toBe(record({ tenant: null }).id);
  });

  it('grows as long as the pauses are shorter than the window, and begins anew after a longer one', () => {
    const { clock, record } = setUp({ windowMs: 1_000 });
    const first = record();
    for (let i = 0; i < 5; i++) {
      clock.advance(900);
      expect(record().id).toBe(first.id);
    }
    clock.advance(1_001);
    const next = record();
    expect(next.id).not.toBe(first.id);
    expect(next.count).toBe(1);
  });

  it('is not cut or kept alive by a wall clock that jumps', () => {
    const { clock, record } = setUp({ windowMs: 1_000 });
    const first = record();
    clock.setWall(clock.now() - 86_400_000);
    const second = record();
    expect(second).toMatchObject({ id: first.id, count: 2, firstAt: clock.now(), lastAt: first.lastAt });
    clock.advance(1_001);
    expect(record().id).not.toBe(first.id);
  });

  it('never loses a count, also when clients come and go beyond its limit', () => {
    const recorded = fc.array(
      fc.record({
        client: fc.nat(8),
        category: fc.constantFrom('sqli', 'xss'),
        pauseMs: fc.nat(1_500),
        score: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(recorded, fc.integer({ min: 1, max: 5 }), (given, maxGroups) => {
        const { clock, record } = setUp({ windowMs: 1_000, maxGroups });
        const alerts = new Map<string, Alert>();
        for (const { client, category, pauseMs, score } of given) {
          clock.advance(pauseMs);
          const alert = record({ client: { key: `${client}`, address: '' }, category: category as 'sqli', score });
          alerts.set(alert.id, alert);
        }
        const counts = [...alerts.values()].map(({ count }) => count);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length);
      }),
    );
  });
});
