/** Longest wait for anything that a test waits for, in ms: a hundred times what it takes, and below the runners' own limits. */
const PATIENCE_MS = 10_000;

/** The promise, or after ten seconds an error that names what did not come: a broken adapter fails its tests, and does not hang them. */
export function within<T>(what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Waited ${PATIENCE_MS} ms in vain for ${what}.`)), PATIENCE_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
