import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_FEATURES, type FlowFeatureName } from './feature-schema.js';
import { extractFlowFeatures, writeFlowFeatures } from './flow-features.js';
import { FlowMeter } from './flow-meter.js';

type Values = Record<FlowFeatureName, number>;

interface Packet {
  readonly us: number;
  readonly forward: boolean;
  readonly bytes: number;
  readonly push: boolean;
  readonly fin: boolean;
  readonly ack: boolean;
}

/** The definition of the features, spelled out: every virtual packet in a list, every feature from the list. */
class NaiveFlow {
  packets: Packet[] = [];
  requestOpen = false;
  closedUs: number | null = null;
  segments = 0;
  ackDueUs: number | null = null;
  fins: ('client' | 'server')[] = [];

  packet(us: number, from: 'client' | 'server', flags: Partial<Packet> = {}): void {
    this.packets.push({ us, forward: from === 'client', bytes: 0, push: false, fin: false, ack: true, ...flags });
  }

  until(us: number): void {
    if (this.ackDueUs === null || us < this.ackDueUs) return;
    this.packet(this.ackDueUs, 'server');
    this.ackDueUs = null;
  }

  data(us: number, from: 'client' | 'server', bytes: number): void {
    this.until(us);
    const first = this.packets[0];
    if (first !== undefined && us - first.us > 120e6) this.packets = [];
    for (let left = bytes; left > 0; left -= 1448) {
      this.packet(us, from, { bytes: Math.min(left, 1448), push: left <= 1448 });
    }
  }

  open(us: number): void {
    this.packet(us, 'client', { ack: false });
    this.packet(us, 'server');
    this.packet(us, 'client');
  }

  received(us: number, bytes: number): void {
    this.data(us, 'client', bytes);
    let waiting = this.ackDueUs === null ? 0 : 1;
    this.ackDueUs = null;
    for (let left = bytes; left > 0; left -= 1448) {
      this.segments += 1;
      waiting += 1;
      if (waiting < 2) continue;
      this.packet(us, 'server');
      waiting = 0;
    }
    if (waiting === 0) return;
    if (this.segments <= 16) this.packet(us, 'server');
    else this.ackDueUs = us + 40_000;
  }

  sent(us: number, bytes: number): void {
    this.data(us, 'server', bytes);
    this.ackDueUs = null;
    for (let left = bytes; left > 0; left -= 2 * 1448) this.packet(us, 'client');
  }

  fin(us: number, from: 'client' | 'server'): void {
    if (this.fins.includes(from)) return;
    this.until(us);
    if (from === 'server') this.ackDueUs = null;
    this.fins.push(from);
    this.packet(us, from, { fin: true });
  }

  close(us: number, withError: boolean): void {
    this.until(us);
    if (withError) {
      this.packet(us, 'client');
    } else {
      this.fin(us, 'server');
      this.fin(us, 'client');
      this.packet(us, this.fins[0] ?? 'server');
    }
    this.ackDueUs = null;
    this.closedUs = us;
  }

  features(nowUs: number, port: number): Values {
    if (this.closedUs === null) this.until(nowUs);
    const all = this.packets;
    const forward = all.filter((packet) => packet.forward);
    const backward = all.filter((packet) => !packet.forward);
    const first = all[0]?.us ?? 0;
    const last = all.at(-1)?.us ?? 0;
    const duration = all.length === 0 ? 0 : (this.closedUs ?? nowUs) - first;
    const perSecond = (amount: number): number => (duration === 0 ? 0 : (amount * 1e6) / duration);
    const gaps = gapsOf(all);

    const bursts: number[] = [];
    let begin = first;
    all.forEach(({ us }, i) => {
      const before = all[i - 1]?.us ?? us;
      if (us - before <= 5e6) return;
      bursts.push(before - begin);
      begin = us;
    });
    bursts.push(last - begin);
    const active = summary(bursts.filter((us) => us > 0));
    const silences = gaps.filter((us) => us > 5e6);
    if (this.requestOpen && this.closedUs === null && all.length > 0 && nowUs - last > 5e6) silences.push(nowUs - last);
    const idle = summary(silences);
    const subflowGaps = gaps.filter((us) => us > 1e6).length;

    const lengths = summary(all.map(({ bytes }) => bytes));
    const forwardLengths = summary(forward.map(({ bytes }) => bytes));
    const backwardLengths = summary(backward.map(({ bytes }) => bytes));
    const flowGaps = summary(gaps);
    const forwardGaps = summary(gapsOf(forward));
    const backwardGaps = summary(gapsOf(backward));
    return {
      'Destination Port': port,
      'Flow Duration': duration,
      'Total Fwd Packets': forward.length,
      'Total Length of Fwd Packets': forwardLengths.sum,
      'Fwd Packet Length Max': forwardLengths.max,
      'Fwd Packet Length Min': forwardLengths.min,
      'Fwd Packet Length Mean': forwardLengths.mean,
      'Fwd Packet Length Std': forwardLengths.std,
      'Bwd Packet Length Max': backwardLengths.max,
      'Bwd Packet Length Min': backwardLengths.min,
      'Bwd Packet Length Mean': backwardLengths.mean,
      'Bwd Packet Length Std': backwardLengths.std,
      'Flow Bytes/s': perSecond(lengths.sum),
      'Flow Packets/s': perSecond(all.length),
      'Flow IAT Mean': flowGaps.mean,
      'Flow IAT Std': flowGaps.std,
      'Flow IAT Max': flowGaps.max,
      'Flow IAT Min': flowGaps.min,
      'Fwd IAT Total': forwardGaps.sum,
      'Fwd IAT Mean': forwardGaps.mean,
      'Fwd IAT Std': forwardGaps.std,
      'Fwd IAT Max': forwardGaps.max,
      'Fwd IAT Min': forwardGaps.min,
      'Bwd IAT Total': backwardGaps.sum,
      'Bwd IAT Mean': backwardGaps.mean,
      'Bwd IAT Std': backwardGaps.std,
      'Bwd IAT Max': backwardGaps.max,
      'Bwd IAT Min': backwardGaps.min,
      'Fwd Header Length': 0,
      'Bwd Header Length': 0,
      'Fwd Packets/s': perSecond(forward.length),
      'Bwd Packets/s': perSecond(backward.length),
      'Min Packet Length': lengths.min,
      'Max Packet Length': lengths.max,
      'Packet Length Mean': lengths.mean,
      'Packet Length Std': lengths.std,
      'Packet Length Variance': lengths.std ** 2,
      'FIN Flag Count': all.filter(({ fin }) => fin).length,
      'PSH Flag Count': all.filter(({ push }) => push).length,
      'ACK Flag Count': all.filter(({ ack }) => ack).length,
      'Average Packet Size': lengths.mean,
      'Subflow Fwd Bytes': subflowGaps === 0 ? 0 : forwardLengths.sum / subflowGaps,
      Init_Win_bytes_forward: 0,
      Init_Win_bytes_backward: 0,
      act_data_pkt_fwd: forward.filter(({ bytes }) => bytes > 0).length,
      min_seg_size_forward: 0,
      'Active Mean': active.mean,
      'Active Max': active.max,
      'Active Min': active.min,
      'Idle Mean': idle.mean,
      'Idle Max': idle.max,
      'Idle Min': idle.min,
    };
  }
}

function gapsOf(packets: readonly Packet[]): number[] {
  return packets.slice(1).map(({ us }, i) => us - (packets[i] as Packet).us);
}

function summary(values: readonly number[]): { sum: number; mean: number; std: number; min: number; max: number } {
  if (values.length === 0) return { sum: 0, mean: 0, std: 0, min: 0, max: 0 };
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const std = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  return { sum, mean, std, min: Math.min(...values), max: Math.max(...values) };
}

function featuresOf(meter: FlowMeter, nowUs: number): Values {
  const values = writeFlowFeatures(meter, nowUs, new Float64Array(52));
  return Object.fromEntries(FLOW_FEATURES.map(({ name }, i) => [name, values[i]])) as Values;
}

/** Time before an event: at once, a few ms, around the delayed acknowledgement, seconds, around the flow's end. */
const delayUs = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 39_990, max: 40_010 }),
  fc.integer({ min: 0, max: 6_000_000 }),
  fc.integer({ min: 4_999_990, max: 5_000_010 }),
  fc.integer({ min: 0, max: 130_000_000 }),
);
const chunkBytes = fc.oneof(
  fc.integer({ min: 1, max: 10 }),
  fc.integer({ min: 1440, max: 1460 }),
  fc.integer({ min: 1, max: 40_000 }),
);
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('received' as const), delayUs, bytes: chunkBytes }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sent' as const), delayUs, bytes: chunkBytes }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'request' as const), delayUs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('client-fin' as const, 'server-fin' as const), delayUs }) },
);
const life = fc.record({
  handshake: fc.boolean(),
  events: fc.array(event, { maxLength: 60, size: 'max' }),
  close: fc.option(fc.record({ delayUs, withError: fc.boolean() })),
  waitUs: delayUs,
});

describe('extractFlowFeatures', () => {
  it('equals the features computed from a list of every virtual packet, at every moment of any connection', () => {
    fc.assert(
      fc.property(life, ({ handshake, events, close, waitUs }) => {
        const meter = new FlowMeter(8080);
        const naive = new NaiveFlow();
        let nowUs = 1_000_000;
        const same = (): void => {
          const got = featuresOf(meter, nowUs);
          const wanted = naive.features(nowUs, 8080);
          const different = FLOW_FEATURES.filter(
            ({ name }) => !(Math.abs(got[name] - wanted[name]) <= 1e-9 * wanted[name]),
          ).map(({ name }) => `${name}: ${got[name]} for ${wanted[name]}`);
          expect(different).toEqual([]);
        };
        if (handshake) {
          meter.open(nowUs);
          naive.open(nowUs);
        }
        for (const step of events) {
          nowUs += step.delayUs;
          if (step.kind === 'received') {
            meter.received(step.bytes, nowUs);
            naive.received(nowUs, step.bytes);
          } else if (step.kind === 'sent') {
            meter.sent(step.bytes, nowUs);
            naive.sent(nowUs, step.bytes);
          } else if (step.kind === 'client-fin') {
            meter.clientFin(nowUs);
            naive.fin(nowUs, 'client');
          } else if (step.kind === 'server-fin') {
            meter.serverFin(nowUs);
            naive.fin(nowUs, 'server');
          } else if (step.kind === 'request') {
            meter.requestOpen = !meter.requestOpen;
            naive.requestOpen = !naive.requestOpen;
          } else {
            same();
          }
        }
        if (close !== null) {
          nowUs += close.delayUs;
          meter.close(nowUs, close.withError);
          naive.close(nowUs, close.withError);
        }
        nowUs += waitUs;
        same();
      }),
      { numRuns: 500 },
    );
  });

  it('is 52 finite numbers that are never negative, for any numbers in any order', () => {
    const wild = fc.oneof(fc.double(), fc.double({ min: 0, max: 1e12, noNaN: true }), fc.maxSafeNat());
    const call = fc.tuple(fc.integer({ min: 0, max: 6 }), wild, wild, fc.boolean());
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60, size: 'max' }), wild, fc.boolean(), (calls, endUs, requestOpen) => {
        const meter = new FlowMeter();
        meter.requestOpen = requestOpen;
        for (const [kind, bytes, nowUs, flag] of calls) {
          if (kind === 0) meter.open(nowUs);
          else if (kind <= 2) meter.received(bytes, nowUs);
          else if (kind <= 4) meter.sent(bytes, nowUs);
          else if (kind === 5) flag ? meter.clientFin(nowUs) : meter.serverFin(nowUs);
          else if (bytes > 1e9) meter.close(nowUs, flag);
        }
        const values = extractFlowFeatures(meter, endUs);
        expect(values).toHaveLength(52);
        expect([...values].filter((value) => !(Number.isFinite(value) && value >= 0))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is all zeros for a meter that saw nothing', () => {
    expect(extractFlowFeatures(new FlowMeter(), 5e6)).toEqual(new Float32Array(52));
  });

  it('writes into the array it is given', () => {
    const target = new Float32Array(52).fill(-1);
    expect(extractFlowFeatures(new FlowMeter(443), 0, target)).toBe(target);
    expect(target[0]).toBe(443);
    expect(target[51]).toBe(0);
  });

  it('counts silence up to now as idleness only while a request is open', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(100, 1_000_000);
    const quiet = featuresOf(meter, 9_000_000);
    meter.requestOpen = true;
    const waiting = featuresOf(meter, 9_000_000);
    expect([quiet['Idle Max'], quiet['Flow Duration']]).toEqual([0, 9_000_000]);
    expect([waiting['Idle Max'], waiting['Idle Mean'], waiting['Active Max']]).toEqual([
      8_000_000, 8_000_000, 1_000_000,
    ]);
    expect(featuresOf(meter, 6_000_000)['Idle Max'], 'exactly 5 s are no idleness yet').toBe(0);
    meter.received(1, 9_500_000);
    expect(featuresOf(meter, 9_500_000)['Idle Max'], 'looking changed nothing').toBe(8_500_000);
  });
});
