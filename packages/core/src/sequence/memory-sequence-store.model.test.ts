import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.js';
import { memorySequenceStore } from './memory-sequence-store.js';
import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from './step.js';

const TTL_MS = 1_000;

interface Bounds {
  readonly maxClients: number;
  readonly maxWatched: number;
  readonly maxSteps: number;
}

interface Held {
  readonly steps: readonly Step[];
  readonly newestMs: number;
}

/** What the store says it does, over maps that have the client heard of least recently first. */
class NaiveStore {
  readonly clients = new Map<string, Held>();
  readonly watched = new Map<string, Held>();
  #sweptMs: number | null = null;

  constructor(
    readonly bounds: Bounds,
    readonly clock: FakeClock,
  ) {}

  get steps(): number {
    return [...this.clients.values(), ...this.watched.values()].reduce((sum, { steps }) => sum + steps.length, 0);
  }

  recent(key: string): readonly Step[] {
    return (this.#hear(this.watched, key) ?? this.#hear(this.clients, key))?.steps ?? [];
  }

  append(key: string, step: Step): void {
    this.#sweptMs ??= this.clock.monotonicMs();
    const held = this.#hear(this.watched, key) ?? this.#hear(this.clients, key);
    if (this.steps === this.bounds.maxSteps && held?.steps.length !== SEQUENCE_LENGTH) this.#makeRoom();
    const home = this.watched.has(key) ? this.watched : this.clients;
    const steps = [...(home.get(key)?.steps ?? []), step].slice(-SEQUENCE_LENGTH);
    home.delete(key);
    home.set(key, { steps, newestMs: this.clock.monotonicMs() });
    if (this.clients.size > this.bounds.maxClients) this.#dropFirst();
  }

  watch(key: string): void {
    const held = this.#hear(this.clients, key);
    if (held === undefined || this.#leftMs(held) === 0) return;
    this.clients.delete(key);
    this.watched.set(key, held);
    if (this.watched.size > this.bounds.maxWatched) this.#demoteFirst();
    if (this.clients.size > this.bounds.maxClients) this.#dropFirst();
  }

  forget(key: string): void {
    this.clients.delete(key);
    this.watched.delete(key);
  }

  #leftMs({ newestMs }: Held): number {
    return TTL_MS - (this.clock.monotonicMs() - newestMs);
  }

  #hear(home: Map<string, Held>, key: string): Held | undefined {
    const held = home.get(key);
    if (held === undefined) return undefined;
    home.delete(key);
    if (this.#leftMs(held) < 0) return undefined;
    home.set(key, held);
    return held;
  }

  #makeRoom(): void {
    if (this.clock.monotonicMs() - (this.#sweptMs ?? 0) > TTL_MS) {
      this.#sweptMs = this.clock.monotonicMs();
      for (const home of [this.clients, this.watched]) {
        for (const [key, held] of home) if (this.#leftMs(held) < 0) home.delete(key);
      }
    }
    if (this.steps < this.bounds.maxSteps) return;
    if (this.clients.size === 0) this.#demoteFirst();
    this.#dropFirst();
  }

  #demoteFirst(): void {
    const [first] = this.watched;
    if (first === undefined) return;
    this.watched.delete(first[0]);
    if (this.#leftMs(first[1]) > 0) this.clients.set(...first);
  }

  #dropFirst(): void {
    const [first] = this.clients.keys();
    if (first !== undefined) this.clients.delete(first);
  }
}

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', '', '#', 'k'.repeat(500), `${'k'.repeat(500)}l`);
const operations = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({ does: fc.constant('append' as const), key: keys, times: fc.integer({ min: 1, max: 8 }) }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('recent' as const), key: keys }) },
    { weight: 4, arbitrary: fc.record({ does: fc.constant('watch' as const), key: keys }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('forget' as const), key: keys }) },
    {
      weight: 4,
      arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1, TTL_MS / 2, TTL_MS) }),
    },
  ),
  { minLength: 30, maxLength: 100, size: 'max' },
);
const bounds = fc.record({
  maxClients: fc.integer({ min: 1, max: 6 }),
  maxWatched: fc.integer({ min: 1, max: 3 }),
  maxSteps: fc.integer({ min: SEQUENCE_LENGTH, max: 50 }),
});

const stepOf = (number: number): Step => ({
  at: number,
  values: new Float32Array(STEP_WIDTH).fill(number),
  route: number,
  ids: number,
});
/** Which steps these are, each the same all over: whole rows are compared elsewhere, and take long. */
const numbers = (steps: readonly Step[]) =>
  steps.map(({ at, values, route, ids }) => {
    const [first, last] = [values[0], values[STEP_WIDTH - 1]];
    return first === at && last === at && route === at && ids === at ? at : { at, first, last, route, ids };
  });

it('memorySequenceStore answers as a naive store does, whatever is done to it, and stays within its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(bounds, operations, async (given, done) => {
      const clock = new FakeClock();
      const store = memorySequenceStore({ ...given, ttlMs: TTL_MS, clock });
      const model = new NaiveStore(given, clock);
      let number = 0;
      for (const one of done) {
        if (one.does === 'wait') clock.advance(one.ms);
        else if (one.does === 'append') {
          for (let i = 0; i < one.times; i++) {
            number += 1;
            const step = stepOf(number);
            await store.append(one.key, step);
            model.append(one.key, step);
            expect(model.steps).toBeLessThanOrEqual(given.maxSteps);
          }
        } else if (one.does === 'watch') {
          store.watch?.(one.key);
          model.watch(one.key);
        } else if (one.does === 'forget') {
          await store.forget(one.key);
          model.forget(one.key);
        }
        // Reading makes a client one just heard of, so only that which the operation is about is read.
        if ('key' in one && one.does !== 'watch')
          expect(numbers(await store.recent(one.key))).toEqual(numbers(model.recent(one.key)));
        expect(store.size).toBe(model.clients.size + model.watched.size);
        expect(store.size).toBeLessThanOrEqual(given.maxClients + given.maxWatched);
      }
      for (const key of [...model.clients.keys(), ...model.watched.keys()]) {
        expect(numbers(await store.recent(key))).toEqual(numbers(model.recent(key)));
      }
    }),
    { numRuns: 200 },
  );
});
