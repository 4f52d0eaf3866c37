import { LRUCache } from 'lru-cache';

/** How old sums and samples may be, in ms: dashboards that are open side by side look at the same ones. */
export const KEPT_MS = 5_000;
/** Answers kept at once: each is some hundred kB at most. */
const MAX_ANSWERS = 50;

/** Answers that several who look at the same thing share: it is worked out once, for all who ask within a time. */
export class KeptAnswers {
  readonly #answers = new LRUCache<string, Promise<string>>({ max: MAX_ANSWERS });

  /**
   * @param key - tells apart what was asked, and for which tenant
   * @returns the JSON; rejects as `make` does, and asks again the next time
   */
  async get(key: string, keptMs: number, make: () => Promise<unknown>): Promise<string> {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = make().then((value) => JSON.stringify(value));
    this.#answers.set(key, answer, { ttl: keptMs });
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }
}
