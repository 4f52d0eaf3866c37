/** The part of a test runner that the suites need; vitest, jest and node:test (with an `expect`) have it. */
export type Test = (name: string, run: () => Promise<void>) => unknown;

/** The part of an assertion library that the suites need. */
export type Expect = (actual: unknown) => {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
};
