import type { MaybePromise } from '../maybe-promise.js';
import type { SequenceStore } from '../sequence/sequence-store.js';
import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from '../sequence/step.js';
import type { Expect, Test } from './suite.js';

/** How stores differ. */
export interface SequenceStoreSuiteOptions {
  /** Time to live that the factory is given, in ms: as short as real time needs. @defaultValue 60,000 */
  readonly ttlMs?: number;
  /** How far the store's expiry may be off, in ms. @defaultValue 1 */
  readonly granularityMs?: number;
  /** Lets time pass for the store: moves its clock, or waits. */
  readonly elapse: (ms: number) => MaybePromise<void>;
}

/** Keys that a store is tempted to take apart, escape, match as a pattern, cut or look up in an object. */
const ODD_KEYS = [
  '',
  ' ',
  ':',
  'a:b',
  'a:b:c',
  '*',
  'a*',
  '?',
  '[a-z]',
  '{tag}',
  '{tag}:a',
  '__proto__',
  'constructor',
  'toString',
  '0',
  'null',
  'undefined',
  'ключ',
  '🔑',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff',
  'line\r\nbreak',
  "'; DROP TABLE steps; --",
  'k'.repeat(10_000),
  `${'k'.repeat(10_000)}l`,
  '2001:db8::/64',
];

/**
 * What every sequence store does. Give it the runner's `test` and `expect`, and a factory of empty stores.
 *
 * @param factory - a store without any client, with the time to live it is told; closed by the suite
 */
export function sequenceStoreSuite(
  test: Test,
  expect: Expect,
  factory: (settings: { readonly ttlMs: number }) => MaybePromise<SequenceStore>,
  options: SequenceStoreSuiteOptions,
): void {
  const { ttlMs = 60_000, granularityMs = 1, elapse } = options;

  const using = (name: string, run: (store: SequenceStore) => Promise<void>): void => {
    test(name, async () => {
      const store = await factory({ ttlMs });
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });
  };

  using('an unknown client has no steps', async (store) => {
    expect(await store.recent('nobody')).toEqual([]);
  });

  using('steps come back exactly as they were, newest last', async (store) => {
    const steps = [0, 1, 2].map((i) => sampleStep(i));
    for (const step of steps) await store.append('a', step);
    expect(await store.recent('a')).toEqual(steps);
  });

  using('extreme numbers survive', async (store) => {
    const step: Step = {
      at: 8_640_000_000_000_000,
      values: new Float32Array(STEP_WIDTH)
        .fill(3.4028234663852886e38)
        .fill(1.401298464324817e-45, 10, 20)
        .fill(-1.5, 20, 30),
      route: 0xffff_ffff,
      ids: 0x8000_0000,
    };
    await store.append('a', step);
    expect(await store.recent('a')).toEqual([step]);
  });

  using('a step can be read as soon as it is appended', async (store) => {
    for (let i = 1; i <= 3; i++) {
      await store.append('a', sampleStep(i));
      expect((await store.recent('a')).at(-1)).toEqual(sampleStep(i));
    }
  });

  using('only the newest steps are kept', async (store) => {
    const steps = Array.from({ length: SEQUENCE_LENGTH * 2 + 3 }, (_, i) => sampleStep(i));
    for (const step of steps) await store.append('a', step);
    expect(await store.recent('a')).toEqual(steps.slice(-SEQUENCE_LENGTH));
  });

  using('concurrent appends to one client lose nothing', async (store) => {
    const numbers = Array.from({ length: SEQUENCE_LENGTH }, (_, i) => i);
    await Promise.all(numbers.map((i) => store.append('a', sampleStep(i))));
    const stored = (await store.recent('a')).map((step) => step.route).sort((a, b) => a - b);
    expect(stored).toEqual(numbers);
  });

  using('concurrent appends to many clients stay apart', async (store) => {
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    await Promise.all(numbers.map((i) => store.append(`client ${i}`, sampleStep(i))));
    for (const i of numbers) expect(await store.recent(`client ${i}`)).toEqual([sampleStep(i)]);
  });

  using('odd keys are keys like any other and never mix', async (store) => {
    for (const [i, key] of ODD_KEYS.entries()) await store.append(key, sampleStep(i));
    for (const [i, key] of ODD_KEYS.entries()) expect(await store.recent(key)).toEqual([sampleStep(i)]);
  });

  using('what was read does not change with a later append', async (store) => {
    await store.append('a', sampleStep(1));
    const before = await store.recent('a');
    for (let i = 2; i < SEQUENCE_LENGTH + 4; i++) await store.append('a', sampleStep(i));
    expect(before).toEqual([sampleStep(1)]);
  });

  using('a change of what was read does not reach the store', async (store) => {
    await store.append('a', sampleStep(1));
    for (const step of await store.recent('a')) step.values.fill(-1);
    expect(await store.recent('a')).toEqual([sampleStep(1)]);
  });

  using('a later change of an appended step does not reach the store', async (store) => {
    const step = sampleStep(1);
    await store.append('a', step);
    step.values.fill(-1);
    expect(await store.recent('a')).toEqual([sampleStep(1)]);
  });

  using('a client is forgotten when its time to live is over', async (store) => {
    await store.append('a', sampleStep(1));
    await elapse(ttlMs / 2);
    expect(await store.recent('a')).toEqual([sampleStep(1)]);
    await elapse(ttlMs / 2 + granularityMs + 1);
    expect(await store.recent('a')).toEqual([]);
    await store.append('a', sampleStep(2));
    expect(await store.recent('a')).toEqual([sampleStep(2)]);
  });

  using('every step begins the time to live anew, reading does not', async (store) => {
    await store.append('a', sampleStep(1));
    await elapse(ttlMs * 0.7);
    await store.append('a', sampleStep(2));
    await elapse(ttlMs * 0.7);
    expect(await store.recent('a')).toEqual([sampleStep(1), sampleStep(2)]);
    await elapse(ttlMs * 0.3 + granularityMs + 1);
    expect(await store.recent('a')).toEqual([]);
  });

  using('a watched client keeps its steps and goes on', async (store) => {
    await store.append('a', sampleStep(1));
    store.watch?.('a');
    store.watch?.('a');
    await store.append('a', sampleStep(2));
    expect(await store.recent('a')).toEqual([sampleStep(1), sampleStep(2)]);
    store.watch?.('not seen yet');
    expect(await store.recent('not seen yet')).toEqual([]);
  });

  using('a forgotten client starts anew, others stay', async (store) => {
    await store.append('a', sampleStep(1));
    await store.append('b', sampleStep(2));
    store.watch?.('a');
    await store.forget('a');
    await store.forget('never seen');
    expect(await store.recent('a')).toEqual([]);
    expect(await store.recent('b')).toEqual([sampleStep(2)]);
  });

  test('a store can be closed twice', async () => {
    const store = await factory({ ttlMs });
    await store.append('a', sampleStep(1));
    await store.close();
    await store.close();
  });
}

/** A step that is told from others by its number. */
function sampleStep(number: number): Step {
  return {
    at: Date.UTC(2026, 0, 1) + number,
    values: Float32Array.from({ length: STEP_WIDTH }, (_, i) => number + i / 64),
    route: number,
    ids: number * 7,
  };
}
