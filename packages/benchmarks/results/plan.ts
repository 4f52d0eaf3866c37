import type { SweepPlan } from '../cost/sweep.js';
import type { UploadPlan } from '../guard/beside-uploads.js';
import type { GuardTimePlan } from '../guard/guard-time.js';
import type { ThroughputPlan } from '../guard/throughput.js';
import type { UploadKind } from '../guard/upload.js';
import type { Results } from './results.js';

/** How much of everything one run measures. */
export interface Plan {
  readonly guardTime: GuardTimePlan;
  /** For bodies of 64 KB. */
  readonly longGuardTime: GuardTimePlan;
  readonly throughput: ThroughputPlan;
  /** Connections of the load: on Express, and on the others. */
  readonly connections: readonly number[];
  readonly otherConnections: readonly number[];
  readonly uploads: readonly UploadKind[];
  readonly upload: UploadPlan;
  readonly sweep: SweepPlan;
}

/** About 2 minutes, 10, and an hour. */
export const LENGTHS: Readonly<Record<Results['length'], Plan>> = {
  quick: {
    guardTime: { rounds: 4, requests: 150, warmUp: 4 },
    longGuardTime: { rounds: 4, requests: 15, warmUp: 4 },
    throughput: { rounds: 3, windowMs: 400 },
    connections: [32],
    otherConnections: [32],
    uploads: ['JSON', 'octet-stream'],
    upload: { rounds: 1, windowMs: 1_500 },
    sweep: { bodyBytes: 1_000_000, keys: 10_000, clients: 3_000, pointMs: 100 },
  },
  default: {
    guardTime: { rounds: 10, requests: 250, warmUp: 6 },
    longGuardTime: { rounds: 10, requests: 20, warmUp: 4 },
    throughput: { rounds: 5, windowMs: 1_200 },
    connections: [1, 32, 256],
    otherConnections: [32],
    uploads: ['JSON', 'octet-stream', 'multipart'],
    upload: { rounds: 3, windowMs: 1_500 },
    sweep: { bodyBytes: 10_000_000, keys: 100_000, clients: 100_000, pointMs: 200 },
  },
  full: {
    guardTime: { rounds: 40, requests: 500, warmUp: 8 },
    longGuardTime: { rounds: 40, requests: 50, warmUp: 4 },
    throughput: { rounds: 15, windowMs: 3_000 },
    connections: [1, 32, 256],
    otherConnections: [1, 32, 256],
    uploads: ['JSON', 'octet-stream', 'multipart'],
    upload: { rounds: 8, windowMs: 5_000 },
    sweep: { bodyBytes: 10_000_000, keys: 100_000, clients: 100_000, pointMs: 1_000 },
  },
};
