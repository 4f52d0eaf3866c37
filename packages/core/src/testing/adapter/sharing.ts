import type { Test } from '../suite.js';

/** Starts what the cases share, lets them use it, and takes it down again. */
type Lend<Shared> = (use: (shared: Shared) => Promise<void>) => Promise<void>;

/**
 * Cases that share an app, each a test of its own: starting one app for each would take longer than everything that is
 * asked of it. All of them run, in order, when the first test runs; each test tells of its own case.
 *
 * @returns adds a case
 */
export function sharing<Shared>(test: Test, lend: Lend<Shared>): (name: string, run: Case<Shared>) => void {
  const cases = new Map<string, Case<Shared>>();
  let outcomes: Promise<ReadonlyMap<string, Outcome>> | null = null;
  return (name, run) => {
    if (cases.has(name)) throw new Error(`There are two cases "${name}".`);
    cases.set(name, run);
    test(name, async () => {
      outcomes ??= outcomesOf(cases, lend);
      const outcome = (await outcomes).get(name);
      if (outcome !== undefined && 'failed' in outcome) throw outcome.failed;
    });
  };
}

type Case<Shared> = (shared: Shared) => Promise<void>;

/** What a case threw, if it threw. */
type Outcome = { readonly failed: unknown } | Record<never, never>;

async function outcomesOf<Shared>(
  cases: ReadonlyMap<string, Case<Shared>>,
  lend: Lend<Shared>,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  await lend(async (shared) => {
    for (const [name, run] of cases) {
      const outcome = run(shared).then(
        () => ({}),
        (failed: unknown) => ({ failed }),
      );
      outcomes.set(name, await outcome);
    }
  });
  return outcomes;
}
