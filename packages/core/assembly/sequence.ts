import { addProduct, dense, dot, rectify } from './dense';
import { all, fused, lanes, over, plus, read, sigmoid, tanh, times, write } from './lanes';
import { standardise } from './scaling';
import { BLOCK } from './sparse';

const LENGTH: i32 = 16;
const WIDTH: i32 = 64;
/** A step and, behind it, 1 where it is padding. */
const INPUTS: i32 = WIDTH + 1;
const UNITS: i32 = 32;
/** Gates of one direction: input, output, forget, cell. */
const GATES: i32 = 4 * UNITS;
const HIDDEN: i32 = 48;
/** Hidden layer and patterns, filled up to blocks. */
const HIDDEN_COLUMNS: i32 = 2 * BLOCK;
const PATTERN_COLUMNS: i32 = BLOCK;
/** Column `Total Fwd Packets`: a metered flow always has some, so 0 means that the flow was absent. */
const FORWARD_PACKETS: i32 = 2;
const STATE_BYTES: usize = 2 * UNITS * 4;
const STEP_BYTES: usize = <usize>WIDTH * 4;
const GATES_BYTES: usize = 2 * <usize>GATES * 4;
/** Remembered steps, a power of two: those of 64 to 128 clients. */
const KNOWN: i32 = 2048;
/** Bytes of a remembered step: whether there is one, the step as it came, and its gates. */
const KNOWN_STEP: usize = 16;
const KNOWN_GATES: usize = KNOWN_STEP + STEP_BYTES;
const KNOWN_BYTES: usize = KNOWN_GATES + GATES_BYTES;

/** Where weights and scratch memory are: addresses, in the order in which the session writes them. */
@unmanaged
class Sequence {
  /** `[64]` each. */
  mean: usize;
  inverse: usize;
  /** Columns that a step with a flow has, and one without: `[64]` of 0 and 1 each. */
  presentWithFlow: usize;
  presentWithout: usize;
  /** Blocks of 65 inputs, 256 outputs: the gates of both directions. */
  inputWeights: usize;
  gateBias: usize;
  /** For each direction blocks of 32 inputs, 128 outputs. */
  recurrentWeights: usize;
  /** Blocks of 128 inputs, 64 outputs. */
  denseWeights: usize;
  denseBias: usize;
  /** `[48]` */
  attack: usize;
  /** A block of 48 inputs. */
  patternWeights: usize;
  patternBias: usize;
  /** `[17, 2, 32]`: the forward state (output, cell) behind so many steps of padding. */
  padded: usize;
  /** `[16, 64]` */
  steps: usize;
  /** `[16]` */
  mask: usize;
  /** `[16, 65]` */
  inputs: usize;
  /** `[16, 256]` */
  gates: usize;
  /** Output and cell, `[32]` each. */
  state: usize;
  /** Steps of the past with their gates, which do not change any more: `[2048]` of `KNOWN_BYTES`. */
  known: usize;
  /** `[128]`: the newest step in both directions, then the mean. */
  joined: usize;
  /** `[64]` */
  hidden: usize;
  /** Room for a list of 128. */
  list: usize;
  /** Attack logit without its bias, then from the fifth on `[32]` pattern logits. */
  logits: usize;
}

/** Fills `padded`, from a mask and steps that are all 0. */
export function prepareSequence<T>(at: usize): void {
  const network = changetype<Sequence>(at);
  project<T>(network, 0);
  memory.fill(network.state, 0, STATE_BYTES);
  for (let step = 0; step <= LENGTH; step++) {
    memory.copy(network.padded + <usize>step * STATE_BYTES, network.state, STATE_BYTES);
    if (step < LENGTH) advance<T>(network, step, 0);
  }
}

/** One window of 16 steps, oldest first. */
export function sequenceRow<T>(at: usize): void {
  const network = changetype<Sequence>(at);
  let first = 0;
  let real: f32 = 0;
  // The newest step is always computed: the readout looks at it, padding or not.
  while (first < LENGTH - 1 && load<f32>(network.mask + ((<usize>first) << 2)) === 0) first++;
  for (let step = first; step < LENGTH; step++) {
    const mask = load<f32>(network.mask + ((<usize>step) << 2));
    // The newest one is seen once, as it is before its answer.
    if (step === LENGTH - 1 || mask !== 1) project<T>(network, step);
    else recall<T>(network, step);
    real += mask;
  }
  memory.fill(network.joined, 0, 4 * UNITS * 4);
  memory.copy(network.state, network.padded + <usize>first * STATE_BYTES, STATE_BYTES);
  for (let step = first; step < LENGTH; step++) {
    advance<T>(network, step, 0);
    if (step === LENGTH - 1) memory.copy(network.joined, network.state, UNITS * 4);
    addToMean<T>(network, step, 0);
  }
  // Backwards, what is before the first real step comes last, and nobody reads it.
  memory.fill(network.state, 0, STATE_BYTES);
  for (let step = LENGTH - 1; step >= first; step--) {
    advance<T>(network, step, 1);
    if (step === LENGTH - 1) memory.copy(network.joined + <usize>(UNITS * 4), network.state, UNITS * 4);
    addToMean<T>(network, step, 1);
  }
  const share = all<T>(max<f32>(real, 1));
  for (let i = 2 * UNITS; i < 4 * UNITS; i += lanes<T>()) {
    const value = network.joined + ((<usize>i) << 2);
    write<T>(value, over<T>(read<T>(value), share));
  }
  dense<T>(
    network.hidden,
    network.denseBias,
    network.denseWeights,
    network.joined,
    4 * UNITS,
    HIDDEN_COLUMNS,
    network.list,
  );
  rectify<T>(network.hidden, HIDDEN);
  store<f32>(network.logits, dot<T>(network.hidden, network.attack, HIDDEN));
  dense<T>(
    network.logits + 16,
    network.patternBias,
    network.patternWeights,
    network.hidden,
    HIDDEN,
    PATTERN_COLUMNS,
    network.list,
  );
}

/** Standardises a step and multiplies it with the input weights of both directions. */
function project<T>(network: Sequence, step: i32): void {
  const values = network.steps + ((<usize>(step * WIDTH)) << 2);
  const inputs = network.inputs + ((<usize>(step * INPUTS)) << 2);
  const mask = load<f32>(network.mask + ((<usize>step) << 2));
  const present =
    load<f32>(values + ((<usize>FORWARD_PACKETS) << 2)) > 0 ? network.presentWithFlow : network.presentWithout;
  standardise<T>(inputs, values, network.mean, network.inverse, present, mask, WIDTH);
  store<f32>(inputs + ((<usize>WIDTH) << 2), 1 - mask);
  const gates = network.gates + ((<usize>(step * 2 * GATES)) << 2);
  dense<T>(gates, network.gateBias, network.inputWeights, inputs, INPUTS, 2 * GATES, network.list);
}

/** As `project`, of a step that a client comes with again and again. */
function recall<T>(network: Sequence, step: i32): void {
  const values = network.steps + ((<usize>(step * WIDTH)) << 2);
  const gates = network.gates + <usize>step * GATES_BYTES;
  const entry = network.known + <usize>(hash(values) & (KNOWN - 1)) * KNOWN_BYTES;
  if (load<i32>(entry) !== 1 || memory.compare(entry + KNOWN_STEP, values, STEP_BYTES) !== 0) {
    project<T>(network, step);
    store<i32>(entry, 1);
    memory.copy(entry + KNOWN_STEP, values, STEP_BYTES);
    memory.copy(entry + KNOWN_GATES, gates, GATES_BYTES);
    return;
  }
  memory.copy(gates, entry + KNOWN_GATES, GATES_BYTES);
}

/** 2⁶⁴ divided by the golden ratio, as hashes of Knuth's multiplicative kind use it. */
const MULTIPLIER: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** Of a step's bits, two numbers at a time. */
function hash(values: usize): i32 {
  let mixed: u64 = 0;
  for (let at: usize = 0; at < STEP_BYTES; at += 8) mixed = rotl<u64>(mixed ^ load<u64>(values + at), 23) * MULTIPLIER;
  return <i32>(mixed >> 40);
}

/** One step of one direction: the state takes in the step's gates, which are used up. */
function advance<T>(network: Sequence, step: i32, direction: i32): void {
  const gates = network.gates + ((<usize>((2 * step + direction) * GATES)) << 2);
  const weights = network.recurrentWeights + ((<usize>(direction * UNITS * GATES)) << 2);
  const cells = network.state + <usize>(UNITS * 4);
  addProduct<T>(gates, weights, network.state, UNITS, GATES, network.list);
  for (let i = 0; i < UNITS; i += lanes<T>()) {
    const at = (<usize>i) << 2;
    const input = sigmoid<T>(read<T>(gates + at));
    const output = sigmoid<T>(read<T>(gates + at + <usize>(UNITS * 4)));
    const forget = sigmoid<T>(read<T>(gates + at + <usize>(2 * UNITS * 4)));
    const fresh = times<T>(input, tanh<T>(read<T>(gates + at + <usize>(3 * UNITS * 4))));
    const cell = fused<T>(forget, read<T>(cells + at), fresh);
    write<T>(cells + at, cell);
    write<T>(network.state + at, times<T>(output, tanh<T>(cell)));
  }
}

/** Sums the outputs of real steps, behind the two newest ones. */
function addToMean<T>(network: Sequence, step: i32, direction: i32): void {
  const real = all<T>(load<f32>(network.mask + ((<usize>step) << 2)));
  const sums = network.joined + <usize>((2 + direction) * UNITS * 4);
  for (let i = 0; i < UNITS; i += lanes<T>()) {
    const at = (<usize>i) << 2;
    write<T>(sums + at, plus<T>(read<T>(sums + at), times<T>(read<T>(network.state + at), real)));
  }
}
