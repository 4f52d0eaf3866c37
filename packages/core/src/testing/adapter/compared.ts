import type { Expect } from '../suite.js';
import {
  type AdapterHarness,
  type AppOptions,
  type BareApp,
  type GuardedApp,
  withApp,
  withBareApp,
} from './harness.js';

/** The same app twice: with the engine in block mode, and without. */
export interface ComparedApps {
  readonly bare: BareApp;
  readonly guarded: GuardedApp;
}

/** Starts both. */
export function withComparedApps(
  harness: AdapterHarness,
  given: AppOptions,
  use: (apps: ComparedApps) => Promise<void>,
): Promise<void> {
  const options = { mode: 'block' as const, ...given.options };
  return withBareApp(harness, given, (bare) =>
    withApp(harness, { ...given, options }, (guarded) => use({ bare, guarded })),
  );
}

/** Asks both apps the same and expects the same answer, and an assessment that saw nothing. `ask` gives all that came back. */
export async function expectSame(
  expect: Expect,
  { bare, guarded }: ComparedApps,
  ask: (app: BareApp) => Promise<string>,
): Promise<void> {
  const expected = await ask(bare);
  const { requests } = guarded.security.counters;
  const assessed = guarded.nextAssessment();
  expect(withoutDate(await ask(guarded))).toEqual(withoutDate(expected));
  // What a framework answers by itself, as a method that it does not know, may never come as far as the adapter.
  if (guarded.security.counters.requests > requests) expect((await assessed).level).toBe('low');
}

/** A raw answer without what differs between any two. */
function withoutDate(answer: string): string {
  return answer.replace(/^date: .*\r\n/gim, '');
}
