import { afterEach } from 'vitest';
import { type Served, served } from './served.js';

/** Starts dashboards for the tests of a file, and closes them after each. */
export function useServed(): (...given: Parameters<typeof served>) => Promise<Served> {
  const open: Served[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  return async (...given) => {
    const one = await served(...given);
    open.push(one);
    return one;
  };
}
