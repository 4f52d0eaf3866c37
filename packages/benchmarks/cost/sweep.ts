import type { Point } from './growth.js';

/** One line of a picture: cost against size. */
export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  /** In log-log, of its upper part. */
  readonly growth: number;
}

/** Cost against one kind of size. */
export interface Sweep {
  readonly id: 'body' | 'served' | 'keys' | 'parameters' | 'cookies' | 'nesting' | 'clients';
  readonly title: string;
  /** What the sizes count. */
  readonly unit: string;
  readonly curves: readonly Curve[];
}

/** How far to go and how long. */
export interface SweepPlan {
  /** Longest body, in bytes. */
  readonly bodyBytes: number;
  /** Most keys; as many tenths of parameters and of cookies. */
  readonly keys: number;
  readonly clients: number;
  /** Time for one point, in ms, however few requests fit. */
  readonly pointMs: number;
}

/** 1, 3, 10, 30 … times the first size, up to the last. */
export function sizes(first: number, last: number): number[] {
  const found: number[] = [];
  for (let size = first, step = 3; size <= last; size *= step, step = step === 3 ? 10 / 3 : 3)
    found.push(Math.round(size));
  return found;
}
