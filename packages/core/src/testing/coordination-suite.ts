import type { Ban } from '../coordination/ban.js';
import type { Coordination, News } from '../coordination/coordination.js';
import type { MaybePromise } from '../maybe-promise.js';
import { alertOf } from './sample-assessments.js';
import type { Expect, Test } from './suite.js';

/** How coordinations differ. */
export interface CoordinationSuiteOptions {
  /** Lets time pass for it: moves its clock, or waits. */
  readonly elapse: (ms: number) => MaybePromise<void>;
  /** The wall clock that it goes by. */
  readonly now: () => number;
  /** How far its expiry may be off, in ms. @defaultValue 1 */
  readonly granularityMs?: number;
  /** Makes another instance that shares with the newest one the factory made; without it, it is taken to be one process' own. */
  readonly other?: () => MaybePromise<Coordination>;
}

/** A ban, and news of it, are everywhere within this time, in ms. */
const EVERYWHERE_MS = 100;

/** Keys that are easily mixed up when they are put together carelessly. */
const ODD_PAIRS: readonly (readonly [tenant: string | null, clientKey: string])[] = [
  [null, 'a'],
  ['', 'a'],
  ['null', 'a'],
  ['a', ''],
  ['a:b', 'c'],
  ['a', 'b:c'],
  ['a\u0000b', 'c'],
  ['a', 'b\u0000c'],
  [null, '*'],
  [null, '{tag}'],
  [null, '__proto__'],
  [null, '2001:db8::/64'],
  [null, '\ud800'],
  [null, '\udfff'],
  [null, "'); redis.call('flushall') --"],
  [null, 'k'.repeat(10_000)],
];

/**
 * What every coordination does. Give it the runner's `test` and `expect`, and a factory of empty ones.
 *
 * @param factory - one without counters, open alerts and bans; closed by the suite
 */
export function coordinationSuite(
  test: Test,
  expect: Expect,
  factory: () => MaybePromise<Coordination>,
  { elapse, now, granularityMs = 1, other }: CoordinationSuiteOptions,
): void {
  const using = (name: string, run: (one: Coordination) => Promise<void>): void => {
    test(name, async () => {
      const one = await factory();
      try {
        await run(one);
      } finally {
        await one.close();
      }
    });
  };
  const banOf = (partial: Partial<Ban> = {}): Ban => ({
    tenant: null,
    clientKey: 'a',
    from: now(),
    until: now() + 60_000,
    reason: '5 rejected requests within 60 s',
    by: 'policy',
    ...partial,
  });

  using('a counter counts what came within its window', async (one) => {
    for (let i = 1; i <= 5; i++) expect(await one.count('a', 60_000)).toBe(i);
    expect(await one.count('b', 60_000)).toBe(1);
    expect(await one.count('a', 120_000)).toBe(1);
    for (const [i, [, key]] of ODD_PAIRS.entries()) {
      for (let n = 0; n < i; n++) await one.count(`odd ${key}`, 60_000);
    }
    expect(await one.count('odd *', 60_000)).toBe(9);
  });

  using('what is older than the window is out, what is younger than nine tenths of it is in', async (one) => {
    await one.count('a', 1_000);
    await elapse(500);
    expect(await one.count('a', 1_000)).toBe(2);
    await elapse(501 + granularityMs);
    expect(await one.count('a', 1_000)).toBe(2);
    await elapse(1_001 + granularityMs);
    expect(await one.count('a', 1_000)).toBe(1);
  });

  using('an alert grows while it is open, and another begins after that', async (one) => {
    const at = now();
    expect(await one.joinAlert('a', { id: 'first', at }, 1_000)).toEqual({
      id: 'first',
      count: 1,
      firstAt: at,
      lastAt: at,
    });
    await elapse(600);
    const grown = await one.joinAlert('a', { id: 'second', at: at + 600 }, 1_000);
    expect(grown).toEqual({ id: 'first', count: 2, firstAt: at, lastAt: at + 600 });
    const early = await one.joinAlert('a', { id: 'third', at: at - 5 }, 1_000);
    expect(early).toEqual({ id: 'first', count: 3, firstAt: at - 5, lastAt: at + 600 });
    expect((await one.joinAlert('b', { id: 'other', at }, 1_000)).id).toBe('other');
    await elapse(1_001 + granularityMs);
    expect((await one.joinAlert('a', { id: 'fourth', at }, 1_000)).id).toBe('fourth');
  });

  using('a ban holds for its client in its tenant, until it ends', async (one) => {
    const ban = banOf({ tenant: 't', until: now() + 1_000 });
    await one.ban(ban);
    expect(one.banOf('t', 'a')).toEqual(ban);
    expect(one.banOf(null, 'a')).toBe(null);
    expect(one.banOf('t', 'b')).toBe(null);
    await elapse(1_001 + granularityMs);
    expect(one.banOf('t', 'a')).toBe(null);
    expect(await one.bans()).toEqual([]);
  });

  using('a ban is replaced by a newer one and can be lifted', async (one) => {
    await one.ban(banOf());
    const longer = banOf({ until: now() + 120_000, reason: 'again', by: 'ada' });
    await one.ban(longer);
    expect(one.banOf(null, 'a')).toEqual(longer);
    expect(await one.unban(null, 'a')).toEqual(longer);
    expect(one.banOf(null, 'a')).toBe(null);
    expect(await one.unban(null, 'a')).toBe(null);
  });

  using('a ban that is over before it begins bans nobody', async (one) => {
    await one.ban(banOf({ until: now() - 1 }));
    expect(one.banOf(null, 'a')).toBe(null);
  });

  using('bans are listed newest first, of one tenant or of all', async (one) => {
    const bans = [null, 't', 't'].map((tenant, i) => banOf({ tenant, clientKey: `c${i}`, from: now() + i }));
    for (const ban of bans) await one.ban(ban);
    expect(await one.bans()).toEqual(bans.toReversed());
    expect(await one.bans('t')).toEqual([bans[2], bans[1]]);
    expect(await one.bans(null)).toEqual([bans[0]]);
  });

  using('odd tenants and keys are like any other and never mix', async (one) => {
    const bans = ODD_PAIRS.map(([tenant, clientKey], i) => banOf({ tenant, clientKey, reason: `ban ${i}` }));
    for (const ban of bans) await one.ban(ban);
    for (const [i, [tenant, clientKey]] of ODD_PAIRS.entries()) expect(one.banOf(tenant, clientKey)).toEqual(bans[i]);
    expect((await one.bans()).length).toBe(bans.length);
  });

  using('nobody hears their own news', async (one) => {
    const heard: News[] = [];
    const stop = one.subscribe((news) => heard.push(news));
    one.publish({ event: 'alert', payload: alertOf() });
    await one.ban(banOf());
    await elapse(EVERYWHERE_MS);
    expect(heard).toEqual([]);
    stop();
    stop();
  });

  test('it can be closed twice', async () => {
    const one = await factory();
    await one.ban(banOf());
    await one.close();
    await one.close();
  });

  if (other === undefined) return;
  const sharing = (name: string, run: (one: Coordination, two: Coordination) => Promise<void>): void =>
    using(`between instances: ${name}`, async (one) => {
      const two = await other();
      try {
        await run(one, two);
      } finally {
        await two.close();
      }
    });

  sharing('counters count together, also at the same time', async (one, two) => {
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).count('a', 60_000)),
    );
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  sharing('an alert is one', async (one, two) => {
    const at = now();
    await one.joinAlert('a', { id: 'mine', at }, 60_000);
    expect(await two.joinAlert('a', { id: 'yours', at: at + 1 }, 60_000)).toEqual({
      id: 'mine',
      count: 2,
      firstAt: at,
      lastAt: at + 1,
    });
  });

  sharing('a ban and its end are known within 100 ms', async (one, two) => {
    const ban = banOf();
    await one.ban(ban);
    await elapse(EVERYWHERE_MS);
    expect(two.banOf(null, 'a')).toEqual(ban);
    await two.unban(null, 'a');
    await elapse(EVERYWHERE_MS);
    expect(one.banOf(null, 'a')).toBe(null);
  });

  sharing('an instance that comes later knows the bans that hold', async (one) => {
    const ban = banOf();
    await one.ban(ban);
    const late = await other();
    try {
      await elapse(EVERYWHERE_MS);
      expect(late.banOf(null, 'a')).toEqual(ban);
      expect(await late.bans()).toEqual([ban]);
    } finally {
      await late.close();
    }
  });

  sharing('news reach the others once, whatever text is in them', async (one, two) => {
    const heard: News[] = [];
    two.subscribe((news) => heard.push(news));
    const ban = banOf({ reason: 'NUL \u0000, lone \ud800, "quoted"\r\n' });
    const news: News = { event: 'alert', payload: alertOf() };
    await elapse(EVERYWHERE_MS);
    one.publish(news);
    await one.ban(ban);
    await elapse(EVERYWHERE_MS);
    expect(heard).toEqual([news, { event: 'banned', payload: ban }]);
    await one.unban(null, 'a');
    await elapse(EVERYWHERE_MS);
    expect(heard.at(-1)).toEqual({ event: 'unbanned', payload: ban });
    expect(heard.length).toBe(3);
  });

  sharing('a listener that throws does not keep the others from hearing', async (one, two) => {
    const heard: News[] = [];
    two.subscribe(() => {
      throw new Error('planted');
    });
    two.subscribe((news) => heard.push(news));
    await elapse(EVERYWHERE_MS);
    one.publish({ event: 'alert', payload: alertOf() });
    await elapse(EVERYWHERE_MS);
    expect(heard.length).toBe(1);
  });
}
