import { FLOW_FEATURE_COUNT, FLOW_FEATURES, type FlowFeatureName } from './feature-schema.js';
import { ACTIVITY_TIMEOUT_US, type FlowMeter } from './flow-meter.js';
import type { RunningStatistics } from './running-statistics.js';

/** A flow up to a moment, with what the formulas share. */
interface Prefix {
  readonly flow: FlowMeter;
  readonly durationUs: number;
  /** Ended bursts and the present one. */
  readonly active: RunningStatistics;
  /** Ended silences and, while a request is open, the present one. */
  readonly idle: RunningStatistics;
}

const unobservable = (): number => 0;

const FORMULAS: Readonly<Record<FlowFeatureName, (prefix: Prefix) => number>> = {
  'Destination Port': ({ flow }) => flow.port,
  'Flow Duration': ({ durationUs }) => durationUs,
  'Total Fwd Packets': ({ flow }) => flow.forward.lengths.count,
  'Total Length of Fwd Packets': ({ flow }) => flow.forward.lengths.sum,
  'Fwd Packet Length Max': ({ flow }) => flow.forward.lengths.max,
  'Fwd Packet Length Min': ({ flow }) => flow.forward.lengths.min,
  'Fwd Packet Length Mean': ({ flow }) => flow.forward.lengths.mean,
  'Fwd Packet Length Std': ({ flow }) => flow.forward.lengths.deviation,
  'Bwd Packet Length Max': ({ flow }) => flow.backward.lengths.max,
  'Bwd Packet Length Min': ({ flow }) => flow.backward.lengths.min,
  'Bwd Packet Length Mean': ({ flow }) => flow.backward.lengths.mean,
  'Bwd Packet Length Std': ({ flow }) => flow.backward.lengths.deviation,
  'Flow Bytes/s': (prefix) => perSecond(prefix, prefix.flow.packets.lengths.sum),
  'Flow Packets/s': (prefix) => perSecond(prefix, prefix.flow.packets.lengths.count),
  'Flow IAT Mean': ({ flow }) => flow.packets.gaps.mean,
  'Flow IAT Std': ({ flow }) => flow.packets.gaps.deviation,
  'Flow IAT Max': ({ flow }) => flow.packets.gaps.max,
  'Flow IAT Min': ({ flow }) => flow.packets.gaps.min,
  'Fwd IAT Total': ({ flow }) => flow.forward.gaps.sum,
  'Fwd IAT Mean': ({ flow }) => flow.forward.gaps.mean,
  'Fwd IAT Std': ({ flow }) => flow.forward.gaps.deviation,
  'Fwd IAT Max': ({ flow }) => flow.forward.gaps.max,
  'Fwd IAT Min': ({ flow }) => flow.forward.gaps.min,
  'Bwd IAT Total': ({ flow }) => flow.backward.gaps.sum,
  'Bwd IAT Mean': ({ flow }) => flow.backward.gaps.mean,
  'Bwd IAT Std': ({ flow }) => flow.backward.gaps.deviation,
  'Bwd IAT Max': ({ flow }) => flow.backward.gaps.max,
  'Bwd IAT Min': ({ flow }) => flow.backward.gaps.min,
  'Fwd Header Length': unobservable,
  'Bwd Header Length': unobservable,
  'Fwd Packets/s': (prefix) => perSecond(prefix, prefix.flow.forward.lengths.count),
  'Bwd Packets/s': (prefix) => perSecond(prefix, prefix.flow.backward.lengths.count),
  'Min Packet Length': ({ flow }) => flow.packets.lengths.min,
  'Max Packet Length': ({ flow }) => flow.packets.lengths.max,
  'Packet Length Mean': ({ flow }) => flow.packets.lengths.mean,
  'Packet Length Std': ({ flow }) => flow.packets.lengths.deviation,
  'Packet Length Variance': ({ flow }) => flow.packets.lengths.variance,
  'FIN Flag Count': ({ flow }) => flow.finPackets,
  'PSH Flag Count': ({ flow }) => flow.pshPackets,
  'ACK Flag Count': ({ flow }) => flow.ackPackets,
  'Average Packet Size': ({ flow }) => flow.packets.lengths.mean,
  'Subflow Fwd Bytes': ({ flow }) => (flow.subflowGaps === 0 ? 0 : flow.forward.lengths.sum / flow.subflowGaps),
  Init_Win_bytes_forward: unobservable,
  Init_Win_bytes_backward: unobservable,
  act_data_pkt_fwd: ({ flow }) => flow.dataPackets,
  min_seg_size_forward: unobservable,
  'Active Mean': ({ active }) => active.mean,
  'Active Max': ({ active }) => active.max,
  'Active Min': ({ active }) => active.min,
  'Idle Mean': ({ idle }) => idle.mean,
  'Idle Max': ({ idle }) => idle.max,
  'Idle Min': ({ idle }) => idle.min,
};

const IN_ORDER = FLOW_FEATURES.map(({ name }) => FORMULAS[name]);

/**
 * The 52 features of a flow so far, raw (scaling lives in the model): finite and ≥ 0 for every state of the meter, all 0
 * but the port for a meter that saw nothing. May be called at any time and any number of times.
 *
 * @param nowUs - monotonic time in µs; the flow is seen up to it
 * @param target - `[52]` where to write, in schema order; a new array by default
 * @returns `target`
 */
export function extractFlowFeatures(
  meter: FlowMeter,
  nowUs: number,
  target: Float32Array = new Float32Array(FLOW_FEATURE_COUNT),
): Float32Array {
  return writeFlowFeatures(meter, nowUs, target);
}

/** As {@link extractFlowFeatures}, in the precision of the target. */
export function writeFlowFeatures<T extends Float32Array | Float64Array>(
  meter: FlowMeter,
  nowUs: number,
  target: T,
): T {
  const prefix = prefixOf(meter, nowUs);
  for (let i = 0; i < IN_ORDER.length; i++) target[i] = (IN_ORDER[i] as (typeof IN_ORDER)[number])(prefix);
  return target;
}

function prefixOf(flow: FlowMeter, nowUs: number): Prefix {
  const now = flow.settle(nowUs);
  const empty = flow.packets.lengths.count === 0;
  const burstUs = flow.lastUs - flow.burstStartUs;
  const silenceUs = flow.requestOpen && !empty ? now - flow.lastUs : 0;
  return {
    flow,
    durationUs: empty ? 0 : now - flow.startUs,
    active: withLast(flow.active, burstUs > 0 ? burstUs : null),
    idle: withLast(flow.idle, silenceUs > ACTIVITY_TIMEOUT_US ? silenceUs : null),
  };
}

function withLast(statistics: RunningStatistics, value: number | null): RunningStatistics {
  if (value === null) return statistics;
  const all = statistics.copy();
  all.add(value);
  return all;
}

/** 0 for a flow of a single moment. */
function perSecond({ durationUs }: Prefix, amount: number): number {
  return durationUs === 0 ? 0 : amount / (durationUs / 1e6);
}
