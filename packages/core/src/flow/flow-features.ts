import { FLOW_FEATURE_COUNT } from './feature-schema.js';
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

const UNOBSERVABLE = 0;

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
  const { flow, durationUs, active, idle } = prefixOf(meter, nowUs);
  const { forward, backward, packets } = flow;
  // In schema order.
  target.set([
    flow.port, // Destination Port
    durationUs, // Flow Duration
    forward.lengths.count, // Total Fwd Packets
    forward.lengths.sum, // Total Length of Fwd Packets
    forward.lengths.max, // Fwd Packet Length Max
    forward.lengths.min, // Fwd Packet Length Min
    forward.lengths.mean, // Fwd Packet Length Mean
    forward.lengths.deviation, // Fwd Packet Length Std
    backward.lengths.max, // Bwd Packet Length Max
    backward.lengths.min, // Bwd Packet Length Min
    backward.lengths.mean, // Bwd Packet Length Mean
    backward.lengths.deviation, // Bwd Packet Length Std
    perSecond(durationUs, packets.lengths.sum), // Flow Bytes/s
    perSecond(durationUs, packets.lengths.count), // Flow Packets/s
    packets.gaps.mean, // Flow IAT Mean
    packets.gaps.deviation, // Flow IAT Std
    packets.gaps.max, // Flow IAT Max
    packets.gaps.min, // Flow IAT Min
    forward.gaps.sum, // Fwd IAT Total
    forward.gaps.mean, // Fwd IAT Mean
    forward.gaps.deviation, // Fwd IAT Std
    forward.gaps.max, // Fwd IAT Max
    forward.gaps.min, // Fwd IAT Min
    backward.gaps.sum, // Bwd IAT Total
    backward.gaps.mean, // Bwd IAT Mean
    backward.gaps.deviation, // Bwd IAT Std
    backward.gaps.max, // Bwd IAT Max
    backward.gaps.min, // Bwd IAT Min
    UNOBSERVABLE, // Fwd Header Length
    UNOBSERVABLE, // Bwd Header Length
    perSecond(durationUs, forward.lengths.count), // Fwd Packets/s
    perSecond(durationUs, backward.lengths.count), // Bwd Packets/s
    packets.lengths.min, // Min Packet Length
    packets.lengths.max, // Max Packet Length
    packets.lengths.mean, // Packet Length Mean
    packets.lengths.deviation, // Packet Length Std
    packets.lengths.variance, // Packet Length Variance
    flow.finPackets, // FIN Flag Count
    flow.pshPackets, // PSH Flag Count
    flow.ackPackets, // ACK Flag Count
    packets.lengths.mean, // Average Packet Size
    flow.subflowGaps === 0 ? 0 : forward.lengths.sum / flow.subflowGaps, // Subflow Fwd Bytes
    UNOBSERVABLE, // Init_Win_bytes_forward
    UNOBSERVABLE, // Init_Win_bytes_backward
    flow.dataPackets, // act_data_pkt_fwd
    UNOBSERVABLE, // min_seg_size_forward
    active.mean, // Active Mean
    active.max, // Active Max
    active.min, // Active Min
    idle.mean, // Idle Mean
    idle.max, // Idle Max
    idle.min, // Idle Min
  ]);
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
function perSecond(durationUs: number, amount: number): number {
  return durationUs === 0 ? 0 : amount / (durationUs / 1e6);
}
