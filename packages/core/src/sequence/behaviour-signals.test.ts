import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedResponse } from '../observation/observation.js';
import { SIGNALS, type SignalRequest, signalsAtCompletion, signalsAtDecision } from './behaviour-signals.js';
import { describeSignals } from './describe-signals.js';
import { routeShape } from './route-shape.js';
import { createStep, SEQUENCE_LENGTH, SIGNAL_COUNT, STEP_WIDTH, type Step } from './step.js';

const START = Date.UTC(2026, 0, 1);
const OK: ObservedResponse = { status: 200, bytes: 512, durationMs: 12.5 };

interface Sent {
  readonly at: number;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly contentScore?: number | null;
}

function requestOf({ at, method = 'GET', path = '/items', query = '', contentScore = 0 }: Sent): SignalRequest {
  return { at: START + at, method, shape: routeShape(method, path, query), contentScore };
}

const named = (signals: Float32Array): Record<string, number> =>
  Object.fromEntries(describeSignals(signals).map(({ name, value }) => [name, value]));

const decided = (recent: readonly Step[], sent: Sent) => named(signalsAtDecision(recent, requestOf(sent)));
const completed = (recent: readonly Step[], sent: Sent, response: ObservedResponse = OK) =>
  named(signalsAtCompletion(recent, requestOf(sent), response));

/** The steps that requests leave behind, one after the other. */
function sequenceOf(sent: readonly (Sent & { readonly status?: number })[]): Step[] {
  const steps: Step[] = [];
  for (const one of sent) {
    const request = requestOf(one);
    const recent = steps.slice(-SEQUENCE_LENGTH);
    const signals = signalsAtCompletion(recent, request, { ...OK, status: one.status ?? 200 });
    steps.push(createStep({ at: request.at, flow: null, signals, route: request.shape.route, ids: request.shape.ids }));
  }
  return steps.slice(-SEQUENCE_LENGTH);
}

describe('the signals of a first request', () => {
  it('keep a client quiet whose content does not stand out', () => {
    const scoreOf = (contentScore: number) => decided([], { at: 0, contentScore }).contentScore;
    expect([0.1, 0.39, 0.41].map(scoreOf)).toEqual([0, 0, expect.closeTo(0.41, 6)]);
  });

  it('say that nothing is known of the client but what it asks for', () => {
    expect(decided([], { at: 0, method: 'POST', path: '/login', contentScore: 0.75 })).toEqual({
      contentScore: 0.75,
      statusClass: 0,
      authFailed: 0,
      routeNovelty: 1,
      distinctIds: 0,
      methodClass: 1,
      gapMs: 0,
      responseBytes: 0,
      responseMs: 0,
      loginRoute: 1,
      errorRatio: 0,
      requestRate: expect.closeTo(0.1),
    });
  });

  it('know its response once there is one', () => {
    expect(completed([], { at: 0 }, { status: 404, bytes: 90, durationMs: 3.5 })).toMatchObject({
      statusClass: 4,
      authFailed: 0,
      responseBytes: 90,
      responseMs: 3.5,
      errorRatio: 0.125,
    });
  });

  it('do not take an absent content score for a number of its own', () => {
    expect(decided([], { at: 0, contentScore: null })).toEqual(decided([], { at: 0, contentScore: 0 }));
  });
});

describe('authFailed', () => {
  it.each([
    [401, 1],
    [403, 1],
    [400, 0],
    [422, 0],
    [200, 0],
    [0, 0],
  ])('for a status of %i is %i', (status, expected) => {
    expect(completed([], { at: 0, method: 'POST', path: '/login' }, { ...OK, status }).authFailed).toBe(expected);
  });
});

describe('routeNovelty', () => {
  const recent = sequenceOf([
    { at: 0, path: '/items' },
    { at: 1, path: '/users/1' },
    { at: 2, path: '/items' },
    { at: 3, path: '/search' },
  ]);

  it('is 0 on the route of the last step', () => {
    expect(decided(recent, { at: 4, path: '/search' }).routeNovelty).toBe(0);
  });

  it('is 1 on a route that no recent step has', () => {
    expect(decided(recent, { at: 4, path: '/admin' }).routeNovelty).toBe(1);
    expect(decided(recent, { at: 4, path: '/items', method: 'DELETE' }).routeNovelty).toBe(1);
  });

  it('is the share of the other routes in between', () => {
    expect(decided(recent, { at: 4, path: '/items' }).routeNovelty).toBe(0.5);
    expect(decided(recent, { at: 4, path: '/users/9' }).routeNovelty).toBe(0.75);
  });
});

describe('distinctIds', () => {
  const walk = (count: number, gapMs: number) =>
    sequenceOf(Array.from({ length: count }, (_, i) => ({ at: i * gapMs, path: `/users/${i}` })));

  it('counts the identifiers of a quick walk, far beyond the window', () => {
    expect(decided(walk(100, 1), { at: 100, path: '/users/100' }).distinctIds).toBeCloseTo(101, 0);
  });

  it('does not count one thing read again and again', () => {
    const recent = sequenceOf(Array.from({ length: 30 }, (_, i) => ({ at: i, path: '/users/7' })));
    expect(decided(recent, { at: 30, path: '/users/7' }).distinctIds).toBeCloseTo(1, 2);
  });

  it('halves in a minute', () => {
    expect(decided(walk(8, 0), { at: 60_000, path: '/users/8' }).distinctIds).toBeCloseTo(5);
  });

  it('stays low at a reader who opens one thing a minute', () => {
    expect(decided(walk(100, 60_000), { at: 6_000_000, path: '/users/100' }).distinctIds).toBeLessThanOrEqual(2);
  });

  it('is kept by route, also when a walk changes between two', () => {
    const recent = sequenceOf(
      Array.from({ length: 40 }, (_, i) => ({ at: i, path: i % 2 === 0 ? `/users/${i}` : `/items/${i}` })),
    );
    expect(decided(recent, { at: 40, path: '/users/40' }).distinctIds).toBeCloseTo(21, 0);
    expect(decided(recent, { at: 40, path: '/orders/40' }).distinctIds).toBe(1);
    expect(decided(recent, { at: 40, path: '/orders' }).distinctIds).toBe(0);
  });

  it('counts pages of a query as well', () => {
    const recent = sequenceOf(Array.from({ length: 12 }, (_, i) => ({ at: i, query: `page=${i}` })));
    expect(decided(recent, { at: 12, query: 'page=12' }).distinctIds).toBeCloseTo(13, 1);
  });
});

describe('gapMs', () => {
  it('is the time since the previous request, at most half an hour', () => {
    const recent = sequenceOf([{ at: 0 }]);
    expect(decided(recent, { at: 250 }).gapMs).toBe(250);
    expect(decided(recent, { at: 86_400_000 }).gapMs).toBe(1_800_000);
  });

  it('is 0 when the clock was set back', () => {
    expect(decided(sequenceOf([{ at: 5_000 }]), { at: 0 }).gapMs).toBe(0);
  });
});

describe('errorRatio', () => {
  it('moves an eighth of the way with each finished step', () => {
    const recent = sequenceOf([
      { at: 0, status: 404 },
      { at: 1, status: 500 },
      { at: 2, status: 200 },
    ]);
    const expected = (0.125 + 0.875 / 8) * (7 / 8);
    expect(decided(recent, { at: 3 }).errorRatio).toBeCloseTo(expected);
    expect(completed(recent, { at: 3 }, { ...OK, status: 403 }).errorRatio).toBeCloseTo(expected + (1 - expected) / 8);
  });

  it('stays as it was when the client went away before the answer', () => {
    const recent = sequenceOf([{ at: 0, status: 500 }]);
    expect(completed(recent, { at: 1 }, { status: 0, bytes: 0, durationMs: 5 }).errorRatio).toBe(0.125);
  });
});

describe('requestRate', () => {
  it('settles at the requests a second of a steady client', () => {
    const steady = sequenceOf(Array.from({ length: 1_000 }, (_, i) => ({ at: i * 50 })));
    expect(decided(steady, { at: 50_000 }).requestRate).toBeCloseTo(20, 0);
  });

  it('is forgotten in a pause', () => {
    const burst = sequenceOf(Array.from({ length: 100 }, (_, i) => ({ at: i })));
    expect(decided(burst, { at: 100_000 }).requestRate).toBeCloseTo(0.1, 2);
  });

  it('sees a burst that was sent in parallel, in whatever order it ends', () => {
    const arrivals = [3, 1, 4, 0, 5, 2, 9, 7, 8, 6];
    const steps = sequenceOf(arrivals.map((at) => ({ at })));
    expect(named(steps.at(-1)?.values.subarray(-SIGNAL_COUNT) as Float32Array).requestRate).toBeCloseTo(1, 2);
  });
});

describe('the signals', () => {
  it('are twelve, each with a range', () => {
    expect(SIGNALS.map(({ name }) => name)).toEqual([
      'contentScore',
      'statusClass',
      'authFailed',
      'routeNovelty',
      'distinctIds',
      'methodClass',
      'gapMs',
      'responseBytes',
      'responseMs',
      'loginRoute',
      'errorRatio',
      'requestRate',
    ]);
    for (const { range } of SIGNALS) expect(range[0]).toBeLessThan(range[1]);
  });

  it('are finite, in range and the same each time, whatever a client, a host or a shared store brings', () => {
    const steps = fc.array(
      fc.record({
        at: fc.double(),
        values: fc.float32Array({ minLength: STEP_WIDTH, maxLength: STEP_WIDTH }),
        route: fc.nat(3),
        ids: fc.nat(3),
      }),
      { maxLength: SEQUENCE_LENGTH },
    );
    const request = fc.record({
      at: fc.double(),
      method: fc.oneof(fc.constantFrom('GET', 'POST', 'DELETE'), fc.string()),
      shape: fc.record({ shape: fc.string(), route: fc.nat(3), ids: fc.nat(3), isLogin: fc.boolean() }),
      contentScore: fc.option(fc.double()),
    });
    const response = fc.record({ status: fc.double(), bytes: fc.double(), durationMs: fc.double() });
    fc.assert(
      fc.property(steps, request, response, (recent, sent, received) => {
        const before = signalsAtDecision(recent, sent);
        const after = signalsAtCompletion(recent, sent, received);
        for (const signals of [before, after]) {
          expect(signals.length).toBe(SIGNAL_COUNT);
          SIGNALS.forEach(({ name, range: [min, max] }, i) => {
            const value = signals[i] as number;
            expect(Number.isFinite(value) && value >= min && value <= max, `${name} is ${value}`).toBe(true);
          });
        }
        expect(signalsAtDecision(recent, sent)).toEqual(before);
        expect(signalsAtCompletion(recent, sent, received)).toEqual(after);
      }),
    );
  });
});
