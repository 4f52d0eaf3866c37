import { dense, dot, rectify } from './dense';
import { all, fused, gated, lanes, over, read, readAll, sigmoid, write } from './lanes';
import { standardise } from './scaling';
import { BLOCK, BLOCK_ROW } from './sparse';

const LENGTH: i32 = 16;
const WIDTH: i32 = 64;
/** A step and, behind it, 1 where it is padding. */
const INPUTS: i32 = WIDTH + 1;
const UNITS: i32 = 32;
/** Gates of one direction: input, output, forget, cell. */
const GATES: i32 = 4 * UNITS;
/** Bytes of one gate of the units whose gates share a block. */
const TOGETHER: usize = <usize>(BLOCK_ROW / 4);
const HIDDEN: i32 = 48;
/** Patterns, filled up to half a block. */
const PATTERN_COLUMNS: i32 = BLOCK / 2;
/** Column `Total Fwd Packets`: a metered flow always has some, so 0 means that the flow was absent. */
const FORWARD_PACKETS: i32 = 2;
/** Bytes of one gate, or of the outputs, of all units. */
const UNIT_BYTES: usize = <usize>UNITS * 4;
const STATE_BYTES: usize = 2 * UNIT_BYTES;
const STEP_BYTES: usize = <usize>WIDTH * 4;
const GATES_BYTES: usize = 2 * <usize>GATES * 4;
/** Places for remembered steps: those of 512 clients. A step may be in one of four that are chosen by its hash. */
const KNOWN: i32 = 8192;
const WAYS: i32 = 4;
/** Bytes of a remembered step: the run that needed it last (0: there is none), its hash, the step as it came, and its gates. */
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
  /** For each direction blocks of 32 inputs, 128 outputs: the four gates of 8 units, and so on. */
  recurrentWeights: usize;
  /** Blocks of 128 inputs, 48 outputs. */
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
  /** `[16, 256]`: of steps that are not remembered. */
  gates: usize;
  /** `[16]`: where the gates of each step are, which may be among the remembered ones. */
  gatesAt: usize;
  /** For each direction output and cell, `[32]` each. */
  state: usize;
  /** `[32]`: the outputs of a step under way. */
  fresh: usize;
  /** Steps of the past with their gates, which do not change any more: `[8192]` of `KNOWN_BYTES`. */
  known: usize;
  /** `[128]`: the newest step in both directions, then the mean. */
  joined: usize;
  /** `[48]` */
  hidden: usize;
  /** Room for a list of 128. */
  list: usize;
  /** Attack logit without its bias, then from the fifth on `[16]` pattern logits. */
  logits: usize;
  /** Runs so far; no address. */
  run: i32;
}

/** Fills `padded`, from a mask and steps that are all 0. */
export function prepareSequence<T>(at: usize): void {
  const network = changetype<Sequence>(at);
  project<T>(network, 0, network.gates);
  memory.fill(network.state, 0, STATE_BYTES);
  for (let step = 0; step <= LENGTH; step++) {
    memory.copy(network.padded + <usize>step * STATE_BYTES, network.state, STATE_BYTES);
    if (step < LENGTH) advance<T>(network, network.gates, 0, 0, step === 0);
  }
}

/** One window of 16 steps, oldest first. */
export function sequenceRow<T>(at: usize): void {
  const network = changetype<Sequence>(at);
  network.run++;
  let first = 0;
  let real: f32 = 0;
  // The newest step is always computed: the readout looks at it, padding or not.
  while (first < LENGTH - 1 && maskOf(network, first) === 0) first++;
  for (let step = first; step < LENGTH; step++) {
    const mask = maskOf(network, step);
    let gates = network.gates + <usize>step * GATES_BYTES;
    // The newest one is seen once, as it is before its answer.
    if (step === LENGTH - 1 || mask !== 1) project<T>(network, step, gates);
    else gates = recall<T>(network, step, gates);
    store<usize>(network.gatesAt + ((<usize>step) << 2), gates);
    real += mask;
  }
  memory.fill(network.joined, 0, 4 * UNIT_BYTES);
  memory.copy(network.state, network.padded + <usize>first * STATE_BYTES, STATE_BYTES);
  // Backwards, what is before the first real step comes last, and nobody reads it.
  memory.fill(network.state + STATE_BYTES, 0, STATE_BYTES);
  // Both directions in turns: while one waits for its last results, the other has work.
  for (let forwards = first, backwards = LENGTH - 1; forwards < LENGTH; forwards++, backwards--) {
    const begins = forwards === first;
    advance<T>(network, gatesOf(network, forwards), 0, maskOf(network, forwards), begins && first === 0);
    advance<T>(network, gatesOf(network, backwards), 1, maskOf(network, backwards), begins);
    if (begins) memory.copy(network.joined + UNIT_BYTES, network.state + STATE_BYTES, UNIT_BYTES);
  }
  memory.copy(network.joined, network.state, UNIT_BYTES);
  const share = all<T>(max<f32>(real, 1));
  for (let i = 2 * UNITS; i < 4 * UNITS; i += lanes<T>()) {
    const value = network.joined + ((<usize>i) << 2);
    write<T>(value, over<T>(read<T>(value), share));
  }
  dense<T>(network.hidden, network.denseBias, network.denseWeights, network.joined, 4 * UNITS, HIDDEN, network.list);
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

function maskOf(network: Sequence, step: i32): f32 {
  return load<f32>(network.mask + ((<usize>step) << 2));
}

function gatesOf(network: Sequence, step: i32): usize {
  return load<usize>(network.gatesAt + ((<usize>step) << 2));
}

/** Standardises a step and multiplies it with the input weights of both directions. */
function project<T>(network: Sequence, step: i32, gates: usize): void {
  const values = network.steps + ((<usize>(step * WIDTH)) << 2);
  const inputs = network.inputs + ((<usize>(step * INPUTS)) << 2);
  const mask = maskOf(network, step);
  const present =
    load<f32>(values + ((<usize>FORWARD_PACKETS) << 2)) > 0 ? network.presentWithFlow : network.presentWithout;
  standardise<T>(inputs, values, network.mean, network.inverse, present, mask, WIDTH);
  store<f32>(inputs + ((<usize>WIDTH) << 2), 1 - mask);
  dense<T>(gates, network.gateBias, network.inputWeights, inputs, INPUTS, 2 * GATES, network.list);
}

/**
 * As `project`, of a step that a client comes with again and again.
 *
 * @param gates - where its gates go while another step of the same window has its place
 * @returns where they are
 */
function recall<T>(network: Sequence, step: i32, gates: usize): usize {
  const values = network.steps + ((<usize>(step * WIDTH)) << 2);
  const mark = hash(values);
  const first = network.known + <usize>(mark & (KNOWN / WAYS - 1)) * (WAYS * KNOWN_BYTES);
  let oldest = first;
  for (let way = 0; way < WAYS; way++) {
    const entry = first + <usize>way * KNOWN_BYTES;
    const run = load<i32>(entry);
    if (run !== 0 && load<i32>(entry, 4) === mark && memory.compare(entry + KNOWN_STEP, values, STEP_BYTES) === 0) {
      store<i32>(entry, network.run);
      return entry + KNOWN_GATES;
    }
    if (<u32>run < load<u32>(oldest)) oldest = entry;
  }
  if (load<i32>(oldest) === network.run) {
    project<T>(network, step, gates);
    return gates;
  }
  memory.copy(oldest + KNOWN_STEP, values, STEP_BYTES);
  project<T>(network, step, oldest + KNOWN_GATES);
  store<i32>(oldest, network.run);
  store<i32>(oldest, mark, 4);
  return oldest + KNOWN_GATES;
}

/** 2⁶⁴ divided by the golden ratio, as hashes of Knuth's multiplicative kind use it. */
const MULTIPLIER: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** Of a step's bits, two numbers at a time, in two halves that do not wait for each other. */
function hash(values: usize): i32 {
  let a: u64 = 0;
  let b: u64 = 0;
  for (let at: usize = 0; at < STEP_BYTES; at += 16) {
    a = rotl<u64>(a ^ load<u64>(values + at), 23) * MULTIPLIER;
    b = rotl<u64>(b ^ load<u64>(values + at, 8), 23) * MULTIPLIER;
  }
  return <i32>((a ^ rotl<u64>(b, 32)) >> 40);
}

/**
 * One step of one direction: the state takes in the step's gates, and the mean of the outputs what comes out, as far as the step is
 * real.
 *
 * @param begins - the state is all 0, and moves nothing
 */
function advance<T>(network: Sequence, gates: usize, direction: i32, mask: f32, begins: bool): void {
  const size = sizeof<T>();
  const outputs = network.state + <usize>direction * STATE_BYTES;
  const cells = outputs + UNIT_BYTES;
  const end = begins ? outputs : cells;
  const weights = network.recurrentWeights + <usize>(direction * GATES * UNITS * 4);
  const fresh = network.fresh;
  gates += <usize>direction * 4 * UNIT_BYTES;
  // All gates of a few units at once: while theirs open, the sums of the next ones are on their way.
  for (let at: usize = 0; at < UNIT_BYTES; at += 2 * size) {
    let a = read<T>(gates + at);
    let b = read<T>(gates + at + size);
    let c = read<T>(gates + UNIT_BYTES + at);
    let d = read<T>(gates + UNIT_BYTES + at + size);
    let e = read<T>(gates + 2 * UNIT_BYTES + at);
    let f = read<T>(gates + 2 * UNIT_BYTES + at + size);
    let g = read<T>(gates + 3 * UNIT_BYTES + at);
    let h = read<T>(gates + 3 * UNIT_BYTES + at + size);
    let row = weights + (at / TOGETHER) * <usize>(UNITS * BLOCK_ROW) + (at % TOGETHER);
    for (let output = outputs; output < end; output += 4) {
      const value = readAll<T>(output);
      a = fused<T>(value, read<T>(row), a);
      b = fused<T>(value, read<T>(row + size), b);
      c = fused<T>(value, read<T>(row + TOGETHER), c);
      d = fused<T>(value, read<T>(row + TOGETHER + size), d);
      e = fused<T>(value, read<T>(row + 2 * TOGETHER), e);
      f = fused<T>(value, read<T>(row + 2 * TOGETHER + size), f);
      g = fused<T>(value, read<T>(row + 3 * TOGETHER), g);
      h = fused<T>(value, read<T>(row + 3 * TOGETHER + size), h);
      row += <usize>BLOCK_ROW;
    }
    const first = fused<T>(inline.always(sigmoid<T>(e)), read<T>(cells + at), inline.always(gated<T>(a, g)));
    const second = fused<T>(inline.always(sigmoid<T>(f)), read<T>(cells + at + size), inline.always(gated<T>(b, h)));
    write<T>(cells + at, first);
    write<T>(cells + at + size, second);
    write<T>(fresh + at, inline.always(gated<T>(c, first)));
    write<T>(fresh + at + size, inline.always(gated<T>(d, second)));
  }
  const real = all<T>(mask);
  const mean = network.joined + <usize>(2 + direction) * UNIT_BYTES;
  for (let at: usize = 0; at < UNIT_BYTES; at += size) {
    const output = read<T>(fresh + at);
    write<T>(outputs + at, output);
    write<T>(mean + at, fused<T>(output, real, read<T>(mean + at)));
  }
}
