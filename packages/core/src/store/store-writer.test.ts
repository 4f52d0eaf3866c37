import { describe, expect, it } from 'vitest';
import { ApiSecurityError } from '../errors.js';
import { FakeClock } from '../testing/fake-clock.js';
import { alertOf, assessmentOf, sampleId } from '../testing/sample-assessments.js';
import type { Batch } from './store.js';
import { StoreWriter, type StoreWriterOptions } from './store-writer.js';

const START = Date.UTC(2026, 0, 1);
const numbered = (number: number) => assessmentOf({ id: sampleId(START, number), at: START + number });

/** A store that keeps what it is given, refuses while it is down, and never answers while it is silent. */
class FlakyStore {
  readonly batches: Batch[] = [];
  tries = 0;
  state: 'up' | 'down' | 'silent' = 'up';
  /** Number of the one assessment that this store will not have. */
  unfit = -1;

  async append(batch: Batch): Promise<void> {
    this.tries += 1;
    if (this.state === 'down') throw new Error('connection refused');
    if (this.state === 'silent') await new Promise(() => {});
    if (batch.assessments.some(({ at }) => at === START + this.unfit)) {
      throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', 'NUL in a text.');
    }
    this.batches.push(batch);
  }

  get stored(): number[] {
    return this.batches.flatMap(({ assessments }) => assessments.map(({ at }) => at - START));
  }
}

function setUp(options: Partial<StoreWriterOptions> = {}) {
  const clock = new FakeClock();
  const store = new FlakyStore();
  const dropped = { assessment: 0, alert: 0 };
  const errors: unknown[] = [];
  const writer = new StoreWriter({
    store,
    timers: clock,
    onDropped: (kind, count) => {
      dropped[kind] += count;
    },
    onError: (error) => errors.push(error),
    ...options,
  });
  /** Moves time and lets what it set off come to rest. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { clock, store, dropped, errors, writer, pass };
}

describe('StoreWriter', () => {
  it('writes nothing at once and everything together a moment later', async () => {
    const { store, writer, pass } = setUp();
    for (let i = 0; i < 5; i++) writer.add(numbered(i));
    writer.addAlert(alertOf());
    await pass(199);
    expect(store.tries).toBe(0);
    expect(writer.queued).toBe(6);
    await pass(1);
    expect(store.batches).toEqual([{ alerts: [alertOf()], assessments: [0, 1, 2, 3, 4].map(numbered) }]);
    expect(writer.queued).toBe(0);
  });

  it('keeps one timer while rows wait and none when nothing does', async () => {
    const { clock, writer, pass } = setUp();
    expect(clock.timers).toBe(0);
    for (let i = 0; i < 5; i++) writer.add(numbered(i));
    expect(clock.timers).toBe(1);
    await pass(200);
    expect(clock.timers).toBe(0);
  });

  it('writes in batches, in order, one after the other', async () => {
    const { store, writer, pass } = setUp({ batch: 4 });
    for (let i = 0; i < 10; i++) writer.add(numbered(i));
    await pass(200);
    expect(store.batches.map(({ assessments }) => assessments.length)).toEqual([4, 4, 2]);
    expect(store.stored).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('flushes on demand', async () => {
    const { clock, store, writer } = setUp();
    writer.add(numbered(1));
    await writer.flush();
    expect(store.stored).toEqual([1]);
    expect(clock.timers).toBe(0);
    await writer.flush();
    expect(store.tries).toBe(1);
  });

  it('writes an alert that grew while it waited once, as it is now', async () => {
    const { store, writer } = setUp();
    for (const count of [1, 2, 3]) writer.addAlert(alertOf({ count }));
    expect(writer.queued).toBe(1);
    await writer.flush();
    expect(store.batches.flatMap(({ alerts }) => alerts)).toEqual([alertOf({ count: 3 })]);
  });

  it('writes an alert that grew while its write failed as it is now', async () => {
    const { store, writer } = setUp();
    store.state = 'down';
    writer.addAlert(alertOf({ count: 1 }));
    const flushed = writer.flush();
    writer.addAlert(alertOf({ count: 2 }));
    await flushed;
    store.state = 'up';
    await writer.flush();
    expect(store.batches.flatMap(({ alerts }) => alerts)).toEqual([alertOf({ count: 2 })]);
  });

  it('keeps everything, in order, over an outage and writes it within five seconds of its end', async () => {
    const { store, dropped, errors, writer, pass } = setUp();
    store.state = 'down';
    for (let i = 0; i < 60; i++) {
      writer.add(numbered(i));
      await pass(1_000);
    }
    expect(store.stored).toEqual([]);
    store.state = 'up';
    await pass(5_000);
    expect(store.stored).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(dropped).toEqual({ assessment: 0, alert: 0 });
    expect(errors.length).toBe(store.tries - store.batches.length);
  });

  it('tries more and more rarely while the store refuses', async () => {
    const { store, writer, pass } = setUp();
    store.state = 'down';
    writer.add(numbered(0));
    const triesIn = async (ms: number) => {
      const before = store.tries;
      for (let i = 0; i < ms / 50; i++) await pass(50);
      return store.tries - before;
    };
    const early = await triesIn(1_000);
    await triesIn(60_000);
    const late = await triesIn(10_000);
    expect(early).toBeGreaterThanOrEqual(2);
    // Between 2 and 4 seconds apart.
    expect(late).toBeGreaterThanOrEqual(2);
    expect(late).toBeLessThanOrEqual(5);
  });

  it('drops the oldest assessments when it is full, counts them, and keeps the alerts', async () => {
    const { store, dropped, writer } = setUp({ maxQueued: 10 });
    for (let i = 0; i < 3; i++) writer.addAlert(alertOf({ firstAt: START + i }));
    for (let i = 0; i < 20; i++) writer.add(numbered(i));
    expect(writer.queued).toBe(10);
    expect(dropped).toEqual({ assessment: 13, alert: 0 });
    await writer.flush();
    expect(store.stored).toEqual([13, 14, 15, 16, 17, 18, 19]);
    expect(store.batches[0]?.alerts.length).toBe(3);
  });

  it('drops the oldest alert only when there is nothing but alerts', async () => {
    const { store, dropped, writer } = setUp({ maxQueued: 3 });
    for (let i = 0; i < 5; i++) writer.addAlert(alertOf({ firstAt: START + i }));
    writer.add(numbered(0));
    expect(dropped).toEqual({ assessment: 1, alert: 2 });
    await writer.flush();
    expect(store.batches.flatMap(({ alerts }) => alerts.map(({ firstAt }) => firstAt - START))).toEqual([2, 3, 4]);
  });

  it('stays bounded and counts each row once when a long outage meets a full queue', async () => {
    const { store, dropped, writer, pass } = setUp({ maxQueued: 50, batch: 20 });
    store.state = 'down';
    for (let i = 0; i < 1_000; i++) {
      writer.add(numbered(i));
      if (i % 10 === 0) await pass(500);
      expect(writer.queued).toBeLessThanOrEqual(50 + 20);
    }
    store.state = 'up';
    await writer.flush();
    expect(store.stored).toEqual(Array.from({ length: 50 }, (_, i) => 950 + i));
    expect(dropped).toEqual({ assessment: 950, alert: 0 });
  });

  it('loses one row that the store will not have, and none of its neighbours', async () => {
    const { store, dropped, errors, writer } = setUp({ batch: 16 });
    store.unfit = 21;
    for (let i = 0; i < 40; i++) writer.add(numbered(i));
    await writer.flush();
    expect(store.stored).toEqual(Array.from({ length: 40 }, (_, i) => i).filter((i) => i !== 21));
    expect(dropped).toEqual({ assessment: 1, alert: 0 });
    expect(errors).toEqual([expect.objectContaining({ code: 'API_SECURITY_STORE_INPUT_INVALID' })]);
  });

  it('survives a store and callbacks that throw', async () => {
    const thrower = () => {
      throw new Error('planted');
    };
    const { writer, pass } = setUp({ store: { append: thrower }, onError: thrower, onDropped: thrower, maxQueued: 2 });
    for (let i = 0; i < 5; i++) writer.add(numbered(i));
    await pass(200);
    expect(writer.queued).toBe(2);
    await writer.close();
    expect(writer.queued).toBe(0);
  });

  it('writes by itself with the timers of the machine', async () => {
    const written = await new Promise<Batch>((resolve) => {
      const store = { append: async (batch: Batch) => resolve(batch) };
      new StoreWriter({ store, flushMs: 1, onDropped() {}, onError() {} }).add(numbered(1));
    });
    expect(written).toEqual({ alerts: [], assessments: [numbered(1)] });
  });

  describe('close', () => {
    it('writes what waits, then takes nothing more', async () => {
      const { clock, store, dropped, writer } = setUp();
      writer.add(numbered(0));
      await writer.close();
      writer.add(numbered(1));
      writer.addAlert(alertOf());
      await writer.close();
      expect(store.stored).toEqual([0]);
      expect(dropped).toEqual({ assessment: 1, alert: 1 });
      expect(clock.timers).toBe(0);
    });

    it('gives a refusing store one more try, counts what is lost, and leaves no timer', async () => {
      const { clock, store, dropped, writer, pass } = setUp();
      store.state = 'down';
      writer.add(numbered(0));
      writer.addAlert(alertOf());
      await pass(200);
      await writer.close();
      expect(store.tries).toBe(2);
      expect(dropped).toEqual({ assessment: 1, alert: 1 });
      expect(clock.timers).toBe(0);
    });

    it('waits for a silent store no longer than it is told', async () => {
      const { store, dropped, writer, pass } = setUp({ batch: 1 });
      store.state = 'silent';
      writer.add(numbered(0));
      writer.add(numbered(1));
      let isClosed = false;
      const closed = writer.close(1_000).then(() => {
        isClosed = true;
      });
      await pass(999);
      expect(isClosed).toBe(false);
      await pass(1);
      await closed;
      // The row that was being written may have arrived: only the other is known to be lost.
      expect(dropped).toEqual({ assessment: 1, alert: 0 });
    });
  });
});
