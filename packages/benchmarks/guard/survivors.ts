import { Clients } from './clients.js';
import { type Framework, type Guard, GuardedHost } from './guarded-host.js';
import type { Traffic } from './traffic.js';

/** Enough for some ten collections of young objects, and all of them by clients that are known. */
const REQUESTS = 4_000;

/**
 * Bytes for each request that outlive collections of young objects, less what the bare app leaves. What lives on is copied twice and
 * then waits for a full collection: beside what is kept on purpose, the log's row, it should be next to nothing.
 */
export async function measureSurvivors(framework: Framework, { requests }: Traffic, guard: Guard): Promise<number> {
  const perRequest = async (guard: Guard): Promise<number> => {
    const host = await GuardedHost.start(framework, guard);
    const clients = await Clients.open(host.port);
    await clients.become(requests);
    await host.begin();
    for (let i = 0; i < REQUESTS; i++) await clients.send(requests[i % requests.length] as Buffer);
    const { survivedBytes } = await host.end();
    clients.close();
    await host.close();
    return survivedBytes / REQUESTS;
  };
  return (await perRequest(guard)) - (await perRequest('bare'));
}
