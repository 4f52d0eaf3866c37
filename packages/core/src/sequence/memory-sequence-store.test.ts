import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.js';
import { sequenceStoreSuite } from '../testing/sequence-store-suite.js';
import { memorySequenceStore } from './memory-sequence-store.js';
import { STEP_WIDTH, type Step } from './step.js';

const step = (number: number): Step => ({
  at: number,
  values: new Float32Array(STEP_WIDTH).fill(number),
  route: number,
  ids: 0,
});

describe('memorySequenceStore', () => {
  const clock = new FakeClock();
  sequenceStoreSuite(test, expect, ({ ttlMs }) => memorySequenceStore({ ttlMs, clock }), {
    elapse: (ms) => clock.advance(ms),
  });

  it('holds no more clients than it is told and lets the one go that was not heard of for longest', async () => {
    const store = memorySequenceStore({ maxClients: 3, clock });
    for (const key of ['a', 'b', 'c']) await store.append(key, step(1));
    await store.append('a', step(2));
    await store.append('d', step(1));
    expect(store.size).toBe(3);
    expect(await store.recent('b')).toEqual([]);
    expect(await store.recent('a')).toEqual([step(1), step(2)]);
  });

  it('gives a newcomer nothing of the client whose place it takes', async () => {
    const store = memorySequenceStore({ maxClients: 1, clock });
    for (let i = 0; i < 20; i++) await store.append('a', step(i));
    await store.append('b', step(100));
    expect(await store.recent('b')).toEqual([step(100)]);
    await store.append('a', step(200));
    expect(await store.recent('a')).toEqual([step(200)]);
  });

  it('holds no more steps than it is told, however they are spread', async () => {
    const store = memorySequenceStore({ maxSteps: 40, clock });
    for (const key of ['a', 'b', 'c']) for (let i = 0; i < 16; i++) await store.append(key, step(i));
    expect(await store.recent('a')).toEqual([]);
    expect((await store.recent('b')).length + (await store.recent('c')).length).toBe(32);
    for (let i = 0; i < 100; i++) await store.append(`newcomer ${i}`, step(i));
    expect(store.size).toBe(40);
  });

  it('lets clients under watch go last when steps run out', async () => {
    const store = memorySequenceStore({ maxSteps: 40, clock });
    for (let i = 0; i < 16; i++) await store.append('suspect', step(i));
    store.watch?.('suspect');
    for (let i = 0; i < 1_000; i++) await store.append(`newcomer ${i}`, step(i));
    expect((await store.recent('suspect')).length).toBe(16);
    expect(store.size).toBe(25);
  });

  it('leaves half of the steps to clients that nobody suspects, by default', async () => {
    const store = memorySequenceStore({ maxSteps: 320, clock });
    for (let client = 0; client < 100; client++) {
      for (let i = 0; i < 16; i++) await store.append(`suspect ${client}`, step(i));
      store.watch?.(`suspect ${client}`);
    }
    for (let i = 0; i < 160; i++) await store.append(`bystander ${i}`, step(i));
    for (let i = 0; i < 160; i++) expect(await store.recent(`bystander ${i}`)).toEqual([step(i)]);
    expect((await store.recent('suspect 90')).length).toBe(16);
  });

  it('takes the place of expired clients before more memory, as long as there are few', async () => {
    const store = memorySequenceStore({ ttlMs: 1_000, clock });
    for (let day = 0; day < 5; day++) {
      for (let i = 0; i < 1_000; i++) await store.append(`day ${day}, client ${i % 500}`, step(i));
      clock.advance(1_001);
    }
    // Those of the day before are noticed when the first slab is full.
    expect(store.size).toBeLessThanOrEqual(512);
  });

  it('does not hold the header that a key is a piece of', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const store = memorySequenceStore({ clock });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 2_000; i++) {
      const header = Buffer.alloc(16_000, ' ')
        .toString('latin1')
        .concat(`, 198.51.100.${1_000 + i}`);
      const key = header.trim().split(', ')[1] as string;
      await store.append(key, step(i));
      if (i % 2 === 0) store.watch?.(key);
    }
    collectGarbage();
    expect(store.size).toBe(2_000);
    // 2,000 headers are 32 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
  });

  it('keeps a client under watch through 100,000 newcomers', async () => {
    const store = memorySequenceStore({ maxClients: 10_000, clock });
    await store.append('suspect', step(1));
    store.watch?.('suspect');
    await store.append('bystander', step(1));
    for (let i = 0; i < 100_000; i++) await store.append(`newcomer ${i}`, step(i));
    expect(await store.recent('suspect')).toEqual([step(1)]);
    expect(await store.recent('bystander')).toEqual([]);
    expect(store.size).toBe(10_001);
  });

  it('makes a suspect one among all again when others under watch push it out', async () => {
    const store = memorySequenceStore({ maxClients: 10, maxWatched: 2, clock });
    for (const key of ['a', 'b', 'c']) {
      await store.append(key, step(1));
      store.watch?.(key);
    }
    await store.append('a', step(2));
    expect(await store.recent('a')).toEqual([step(1), step(2)]);
    for (let i = 0; i < 10; i++) await store.append(`newcomer ${i}`, step(i));
    expect(await store.recent('a')).toEqual([]);
    expect(await store.recent('b')).toEqual([step(1)]);
    expect(await store.recent('c')).toEqual([step(1)]);
  });

  it('does not bring an expired suspect back to life when another pushes it out', async () => {
    const store = memorySequenceStore({ maxClients: 10, maxWatched: 1, ttlMs: 1_000, clock });
    await store.append('a', step(1));
    store.watch?.('a');
    clock.advance(1_001);
    await store.append('b', step(1));
    store.watch?.('b');
    expect(await store.recent('a')).toEqual([]);
    expect(await store.recent('b')).toEqual([step(1)]);
  });

  it('lets a suspect expire like any client', async () => {
    const store = memorySequenceStore({ ttlMs: 1_000, clock });
    await store.append('a', step(1));
    store.watch?.('a');
    clock.advance(1_001);
    expect(await store.recent('a')).toEqual([]);
    await store.append('a', step(2));
    expect(await store.recent('a')).toEqual([step(2)]);
  });

  it('is not confused by a wall clock that jumps', async () => {
    const store = memorySequenceStore({ ttlMs: 1_000, clock });
    await store.append('a', step(1));
    clock.setWall(clock.now() + 86_400_000);
    expect(await store.recent('a')).toEqual([step(1)]);
    clock.setWall(0);
    clock.advance(1_001);
    expect(await store.recent('a')).toEqual([]);
  });

  it('expires clients of the very first moment of a monotonic clock', async () => {
    const fresh = new FakeClock();
    const store = memorySequenceStore({ ttlMs: 1_000, clock: fresh });
    await store.append('a', step(1));
    fresh.advance(1_001);
    expect(await store.recent('a')).toEqual([]);
  });

  it.each([{ maxClients: 0 }, { maxClients: 1.5 }, { maxSteps: 15 }, { ttlMs: -1 }, { maxWatched: Number.NaN }])(
    'refuses %o',
    (options) => {
      expect(() => memorySequenceStore(options)).toThrow(
        expect.objectContaining({ code: 'API_SECURITY_OPTION_INVALID' }),
      );
    },
  );
});
