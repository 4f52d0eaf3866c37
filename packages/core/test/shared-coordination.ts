import type { Coordination, News } from '../src/coordination/coordination.js';
import { memoryCoordination } from '../src/coordination/memory-coordination.js';

/** Several engines that share one memory, each answer a promise, as over a network. */
export class SharedCoordination {
  readonly memory: Coordination = memoryCoordination();
  readonly #listeners = new Set<readonly [Coordination, (news: News) => void]>();

  instance(over: Partial<Coordination> = {}): Coordination {
    const { memory } = this;
    const one: Coordination = {
      count: async (key, windowMs) => memory.count(key, windowMs),
      joinAlert: async (key, mine, windowMs) => memory.joinAlert(key, mine, windowMs),
      banOf: (tenant, clientKey) => memory.banOf(tenant, clientKey),
      ban: async (ban) => memory.ban(ban),
      unban: async (tenant, clientKey) => memory.unban(tenant, clientKey),
      bans: async (tenant) => memory.bans(tenant),
      publish: (news) => {
        for (const [other, listener] of this.#listeners) if (other !== one) listener(news);
      },
      subscribe: (listener) => {
        const entry = [one, listener] as const;
        this.#listeners.add(entry);
        return () => this.#listeners.delete(entry);
      },
      close: () => {},
      ...over,
    };
    return one;
  }
}
