import { setTimeout as wait } from 'node:timers/promises';

export interface Memory {
  readonly rssBytes: number;
  /** Of the JavaScript heap and of array buffers. */
  readonly heapBytes: number;
}

/** Memory of this process when all garbage is collected. Needs `--expose-gc`. */
export async function settledMemory(): Promise<Memory> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    // Array buffers are given back in the background.
    await wait(50);
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + arrayBuffers };
}
