import { Clients } from './clients.js';
import { type Framework, type Guard, GuardedHost } from './guarded-host.js';
import type { Traffic } from './traffic.js';

/** V8's space for young objects, in MB: more than all requests of one measurement need. */
const NURSERY_MB = 128;
const REQUESTS = 300;

/** What one guard allocates for one kind of traffic. */
export interface Allocation {
  readonly framework: Framework;
  readonly traffic: string;
  readonly guard: Guard;
  /** Bytes for each request in V8's heap and in buffers, less what the bare app allocates. */
  readonly addedBytes: number;
}

/**
 * Counts bytes exactly: the heap grows by what is allocated as long as nothing is collected, and in a large space for young
 * objects nothing is.
 */
export async function measureAllocation(
  framework: Framework,
  traffic: readonly Traffic[],
  guards: readonly Guard[],
): Promise<Allocation[]> {
  const results: Allocation[] = [];
  const bare = await GuardedHost.start(framework, 'bare', { nurseryMegabytes: NURSERY_MB });
  const others = await Promise.all(
    guards.map((guard) => GuardedHost.start(framework, guard, { nurseryMegabytes: NURSERY_MB })),
  );
  for (const one of traffic) {
    const bareBytes = await bytesOf(bare, one);
    for (const host of others) {
      const addedBytes = (await bytesOf(host, one)) - bareBytes;
      results.push({ framework, traffic: one.name, guard: host.guard, addedBytes });
    }
  }
  await Promise.all([bare, ...others].map((host) => host.close()));
  return results;
}

/** Of one request. What was collected in between is measured again. */
async function bytesOf(host: GuardedHost, traffic: Traffic): Promise<number> {
  const clients = await Clients.open(host.port);
  await clients.become(traffic.requests);
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await clients.send(traffic.requests[sent++ % traffic.requests.length] as Buffer);
  };
  for (let attempt = 0; attempt < 5; attempt++) {
    await host.begin();
    await send(REQUESTS);
    const { allocatedBytes } = await host.end();
    if (allocatedBytes === null) continue;
    clients.close();
    return allocatedBytes / REQUESTS;
  }
  throw new Error(`${host.guard} allocates more than ${NURSERY_MB} MB for ${REQUESTS} requests`);
}
