import { memorySequenceStore, SEQUENCE_LENGTH, STEP_WIDTH, type Step } from '@api-security/core';
import { settledMemory } from './settled-memory.js';

/** How many steps each client is given: that many, one and two in turn, or 1 to 16 of which each is half as frequent as the one before. */
type StepsEach = number | 'one or two' | 'geometric';

/** What a process is asked for. */
export interface StoreTask {
  readonly clients: number;
  readonly stepsEach: StepsEach;
  /** Whether keys are cut from headers of 8 kB, as of a long `X-Forwarded-For`. */
  readonly cutFromHeaders: boolean;
}

/** Microseconds of one call. */
export interface CallTime {
  readonly p50: number;
  readonly p99: number;
}

export interface StoreMemory {
  readonly held: number;
  readonly rssBytes: number;
  /** Of the JavaScript heap and of array buffers. */
  readonly heapBytes: number;
  readonly recent: CallTime;
  readonly append: CallTime;
  /** The first step of a client that was not there. */
  readonly newcomer: CallTime;
}

const CALLS = 40_000;
const step: Step = { at: 1, values: new Float32Array(STEP_WIDTH).fill(1), route: 1, ids: 0 };

const addressOf = (i: number): string => `198.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

/** Leads through all clients in an order that no cache likes. */
const scattered = (i: number, clients: number): number => (i * 7_919) % clients;

function keyOf(i: number, { cutFromHeaders }: StoreTask): string {
  if (!cutFromHeaders) return addressOf(i);
  const header = `${Buffer.alloc(8_000, 'x').toString('latin1')}, ${addressOf(i)}`;
  return header.split(', ').at(-1) as string;
}

/** The same each time: half of the clients have one step, a quarter two… */
function stepsOf(i: number, stepsEach: StepsEach): number {
  if (stepsEach === 'one or two') return 1 + (i % 2);
  if (stepsEach !== 'geometric') return stepsEach;
  return Math.min(SEQUENCE_LENGTH, 1 + Math.clz32(Math.imul(i + 1, 0x9e37_79b1)));
}

function timed(call: (i: number) => unknown): CallTime {
  const times = new Float64Array(CALLS);
  for (let i = 0; i < CALLS / 4; i++) call(i);
  for (let i = 0; i < CALLS; i++) {
    const begun = process.hrtime.bigint();
    call(i);
    times[i] = Number(process.hrtime.bigint() - begun) / 1_000;
  }
  times.sort();
  return { p50: times[CALLS * 0.5] as number, p99: times[CALLS * 0.99] as number };
}

async function measure(task: StoreTask): Promise<StoreMemory> {
  // The heap's nursery, 33 MB, is at its full size in any server; it is not the clients'.
  const warm = memorySequenceStore({ maxClients: 2_000 });
  for (let i = 0; i < 400_000; i++) {
    await warm.append(keyOf(i % 4_000, task), step);
    await warm.recent(addressOf(i % 4_000));
  }
  await warm.close();
  const before = await settledMemory();

  const store = memorySequenceStore();
  for (let i = 0; i < task.clients; i++) {
    const key = keyOf(i, task);
    for (let left = stepsOf(i, task.stepsEach); left > 0; left--) void store.append(key, step);
  }
  const after = await settledMemory();
  const held = store.size ?? 0;

  // Without any, one client is all that there is; of too many, those are called that are still held.
  const heldOnes = Math.max(1, held);
  const first = task.clients - held;
  const key = (i: number): string => addressOf(first + scattered(i, heldOnes));
  return {
    held,
    rssBytes: after.rssBytes - before.rssBytes,
    heapBytes: after.heapBytes - before.heapBytes,
    recent: timed((i) => store.recent(key(i))),
    append: timed((i) => store.append(key(i), step)),
    newcomer: timed((i) => store.append(`newcomer ${i}`, step)),
  };
}

process.once('message', async (task: StoreTask) => {
  process.send?.(await measure(task));
  process.disconnect();
});
