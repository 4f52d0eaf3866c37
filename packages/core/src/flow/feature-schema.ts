/** Number of flow features: the 52 columns of the public cleaned CICIDS2017 table. */
export const FLOW_FEATURE_COUNT = 52;

/**
 * Name and version of the flow feature vector: which features, in which order and units, by which rules.
 * Written into the manifest of each flow model; any change of a definition changes it.
 */
export const FLOW_SCHEMA = 'cicids2017-52/1';

/** What the numbers of a feature count. */
type FlowUnit = 'port' | 'packets' | 'bytes' | 'bytes²' | 'µs' | 'bytes/s' | '1/s';

/**
 * How well a server sees a feature from its own socket, without a packet capture.
 *
 * - `exact`: the very quantity, as on the wire;
 * - `approximate`: from virtual packets and event times (see `FlowMeter`), close to the wire;
 * - `derived`: arithmetic on other features of the vector, as good as they are;
 * - `unobservable`: not visible to a server; its value is always 0.
 */
type FlowObservation = 'exact' | 'approximate' | 'derived' | 'unobservable';

/** One column of the flow feature vector. Every value is finite and ≥ 0. */
export interface FlowFeature {
  /** Exact column name of the CICIDS2017 table. */
  readonly name: FlowFeatureName;
  readonly unit: FlowUnit;
  readonly observed: FlowObservation;
  /**
   * Whether a model may see it. False for what cannot be observed, and for the destination port: the server knows it,
   * but it names the victim and not the behaviour (alone it "solves" CICIDS2017 with 98 % accuracy).
   */
  readonly modelInput: boolean;
  /** What a reader of the value should know, where there is something. */
  readonly note?: string;
}

/** What a reader of some values should know. */
const NOTES = {
  target: 'Known, but never given to a model.',
  loop: 'Dominated by the granularity of the event loop (nearly always 0): no evidence by itself.',
  headers: 'TCP headers are not visible to a server.',
};

const COLUMNS = [
  ['Destination Port', 'port', 'exact', 'target'],
  ['Flow Duration', 'µs', 'approximate'],
  ['Total Fwd Packets', 'packets', 'approximate'],
  ['Total Length of Fwd Packets', 'bytes', 'exact'],
  ['Fwd Packet Length Max', 'bytes', 'approximate'],
  ['Fwd Packet Length Min', 'bytes', 'approximate'],
  ['Fwd Packet Length Mean', 'bytes', 'derived'],
  ['Fwd Packet Length Std', 'bytes', 'approximate'],
  ['Bwd Packet Length Max', 'bytes', 'approximate'],
  ['Bwd Packet Length Min', 'bytes', 'approximate'],
  ['Bwd Packet Length Mean', 'bytes', 'approximate'],
  ['Bwd Packet Length Std', 'bytes', 'approximate'],
  ['Flow Bytes/s', 'bytes/s', 'approximate'],
  ['Flow Packets/s', '1/s', 'approximate'],
  ['Flow IAT Mean', 'µs', 'approximate'],
  ['Flow IAT Std', 'µs', 'approximate'],
  ['Flow IAT Max', 'µs', 'approximate'],
  ['Flow IAT Min', 'µs', 'approximate', 'loop'],
  ['Fwd IAT Total', 'µs', 'approximate'],
  ['Fwd IAT Mean', 'µs', 'derived'],
  ['Fwd IAT Std', 'µs', 'approximate'],
  ['Fwd IAT Max', 'µs', 'approximate'],
  ['Fwd IAT Min', 'µs', 'approximate', 'loop'],
  ['Bwd IAT Total', 'µs', 'approximate'],
  ['Bwd IAT Mean', 'µs', 'approximate'],
  ['Bwd IAT Std', 'µs', 'approximate'],
  ['Bwd IAT Max', 'µs', 'approximate'],
  ['Bwd IAT Min', 'µs', 'approximate', 'loop'],
  ['Fwd Header Length', 'bytes', 'unobservable', 'headers'],
  ['Bwd Header Length', 'bytes', 'unobservable', 'headers'],
  ['Fwd Packets/s', '1/s', 'derived'],
  ['Bwd Packets/s', '1/s', 'derived'],
  ['Min Packet Length', 'bytes', 'derived'],
  ['Max Packet Length', 'bytes', 'derived'],
  ['Packet Length Mean', 'bytes', 'approximate'],
  ['Packet Length Std', 'bytes', 'derived'],
  ['Packet Length Variance', 'bytes²', 'approximate'],
  ['FIN Flag Count', 'packets', 'approximate'],
  ['PSH Flag Count', 'packets', 'approximate'],
  ['ACK Flag Count', 'packets', 'approximate'],
  ['Average Packet Size', 'bytes', 'derived'],
  ['Subflow Fwd Bytes', 'bytes', 'exact'],
  ['Init_Win_bytes_forward', 'bytes', 'unobservable', 'headers'],
  ['Init_Win_bytes_backward', 'bytes', 'unobservable', 'headers'],
  ['act_data_pkt_fwd', 'packets', 'approximate'],
  ['min_seg_size_forward', 'bytes', 'unobservable', 'headers'],
  ['Active Mean', 'µs', 'approximate'],
  ['Active Max', 'µs', 'approximate'],
  ['Active Min', 'µs', 'approximate'],
  ['Idle Mean', 'µs', 'approximate'],
  ['Idle Max', 'µs', 'approximate'],
  ['Idle Min', 'µs', 'approximate'],
] as const;

/** Name of a flow feature: the exact column name. */
export type FlowFeatureName = (typeof COLUMNS)[number][0];

/** The 52 features in the order of the vector. */
export const FLOW_FEATURES: readonly FlowFeature[] = COLUMNS.map(([name, unit, observed, note]) => ({
  name,
  unit,
  observed,
  modelInput: observed !== 'unobservable' && name !== 'Destination Port',
  ...(note !== undefined && { note: NOTES[note] }),
}));

/**
 * `[52]`: 1 for the 46 features that a model sees, 0 for the 6 that it must not: the five unobservable ones and the
 * destination port ({@link FlowFeature.modelInput}). Shared: treat as read-only.
 */
export const OBSERVABLE_MASK: Float32Array = Float32Array.from(FLOW_FEATURES, ({ modelInput }) => (modelInput ? 1 : 0));
