import { describe, expect, it } from 'vitest';
import { FlowMeter } from './flow-meter.js';

function counts(meter: FlowMeter): { forward: number; backward: number; push: number; ack: number; fin: number } {
  return {
    forward: meter.forward.lengths.count,
    backward: meter.backward.lengths.count,
    push: meter.pshPackets,
    ack: meter.ackPackets,
    fin: meter.finPackets,
  };
}

describe('FlowMeter', () => {
  it('counts a request with a closed connection as the ten packets it takes', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(172, 100);
    meter.sent(159, 300);
    meter.serverFin(320);
    meter.close(400, false);
    // Handshake 2+1, request 1 and its ACK, response 1 and its ACK, two FINs, the server's last ACK.
    expect(counts(meter)).toEqual({ forward: 5, backward: 5, push: 2, ack: 9, fin: 2 });
    expect([meter.forward.lengths.sum, meter.backward.lengths.sum, meter.dataPackets]).toEqual([172, 159, 1]);
  });

  it('counts the SYN as the only packet without ACK', () => {
    const meter = new FlowMeter();
    meter.open(0);
    expect(counts(meter)).toEqual({ forward: 2, backward: 1, push: 0, ack: 2, fin: 0 });
  });

  it('cuts chunks into segments of 1448 bytes, each second one acknowledged', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(3 * 1448, 10);
    meter.sent(50_158, 20);
    // Request: 3 segments, 2 ACKs. Response: 35 segments, 18 ACKs.
    expect(counts(meter)).toEqual({ forward: 2 + 3 + 18, backward: 1 + 2 + 35, push: 2, ack: 60, fin: 0 });
    expect(meter.dataPackets).toBe(3);
    expect([meter.forward.lengths.max, meter.backward.lengths.max]).toEqual([1448, 1448]);
  });

  it('lets the last ACK come from the side that closed first', () => {
    const byClient = new FlowMeter();
    byClient.open(0);
    byClient.clientFin(10);
    byClient.close(20, false);
    const byServer = new FlowMeter();
    byServer.open(0);
    byServer.close(20, false);
    expect([byClient.forward.lengths.count, byClient.backward.lengths.count]).toEqual([4, 2]);
    expect([byServer.forward.lengths.count, byServer.backward.lengths.count]).toEqual([3, 3]);
  });

  it('counts a broken connection as one forward packet without FIN', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(20, 10);
    meter.close(20, true);
    expect(counts(meter)).toEqual({ forward: 4, backward: 2, push: 1, ack: 5, fin: 0 });
  });

  it('delays the acknowledgement after 16 segments, and drops it when a response comes within 40 ms', () => {
    const quick = new FlowMeter();
    const slow = new FlowMeter();
    for (const meter of [quick, slow]) {
      meter.open(0);
      for (let i = 1; i <= 16; i++) meter.received(10, i);
      expect(meter.backward.lengths.count).toBe(17);
      meter.received(10, 100);
      expect(meter.backward.lengths.count).toBe(17);
    }
    quick.sent(10, 40_099);
    slow.sent(10, 40_100);
    expect(quick.backward.lengths.count).toBe(18);
    expect(slow.backward.lengths.count).toBe(19);
  });

  it('puts a delayed acknowledgement at the time it was due, when somebody looks later', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(17 * 1448, 1000);
    expect(meter.lastUs).toBe(1000);
    expect(meter.settle(90_000)).toBe(90_000);
    expect(meter.lastUs).toBe(41_000);
  });

  it('begins a new flow with data later than 120 s, without a handshake', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(500, 1000);
    meter.received(7, 120_000_000);
    expect(meter.forward.lengths.sum).toBe(507);
    meter.received(30, 120_000_001);
    expect(counts(meter)).toEqual({ forward: 1, backward: 1, push: 1, ack: 2, fin: 0 });
    expect([meter.startUs, meter.forward.lengths.sum, meter.idle.count]).toEqual([120_000_001, 30, 0]);
  });

  it('leaves the end of a long connection in the flow that it ends', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(500, 1000);
    meter.close(200_000_000, false);
    expect([meter.startUs, meter.lastUs, meter.finPackets]).toEqual([0, 200_000_000, 2]);
    expect(meter.forward.lengths.sum).toBe(500);
  });

  it('takes a chunk of any size at once', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.received(1448e12, 10); // A loop over 10¹² packets would not come back.
    expect(meter.dataPackets).toBe(1e12);
    expect(meter.backward.lengths.count).toBe(1 + 5e11);
  });

  it('ignores whatever comes after the close', () => {
    const meter = new FlowMeter();
    meter.open(0);
    meter.close(10, false);
    const before = counts(meter);
    meter.received(10, 20);
    meter.sent(10, 20);
    meter.clientFin(20);
    meter.close(30, true);
    expect(counts(meter)).toEqual(before);
    expect(meter.settle(99)).toBe(10);
  });

  it('counts one FIN a side, however often it is told', () => {
    const meter = new FlowMeter();
    meter.open(0);
    for (let i = 0; i < 3; i++) {
      meter.clientFin(i);
      meter.serverFin(i);
    }
    expect(meter.finPackets).toBe(2);
  });

  it('takes a clock that runs backwards, or no time at all, as "at once"', () => {
    const meter = new FlowMeter();
    meter.open(1000);
    meter.received(10, 400);
    meter.sent(10, Number.NaN);
    expect(meter.lastUs).toBe(1000);
    expect(meter.packets.gaps.min).toBe(0);
  });

  it('ignores chunks that are none', () => {
    const meter = new FlowMeter();
    meter.open(0);
    for (const bytes of [0, -5, Number.NaN, Number.NEGATIVE_INFINITY]) meter.received(bytes, 10);
    expect(meter.dataPackets).toBe(0);
  });
});
