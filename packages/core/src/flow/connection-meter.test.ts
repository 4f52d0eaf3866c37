import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectionMeter } from './connection-meter.js';
import type { MeteredSocket } from './metered-socket.js';

const clock = { ms: 0, now: () => 0, monotonicMs: () => clock.ms };

/** A socket whose counters a test sets by hand. */
class HandSocket implements MeteredSocket {
  bytesRead = 0;
  bytesWritten = 0;
  writableLength = 0;
  readableEnded = false;
  writableEnded = false;
  destroyed = false;
  errored: Error | null = null;
  remoteAddress: string | undefined = '192.0.2.7';
  localPort = 8080;
  parser: unknown = {};

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }
}

let socket: HandSocket;
let meter: ConnectionMeter;

beforeEach(() => {
  clock.ms = 1000;
  socket = new HandSocket();
  meter = new ConnectionMeter(socket, clock);
});

describe('ConnectionMeter', () => {
  it('takes the growth between two looks as one chunk each way', () => {
    socket.bytesRead = 3000;
    meter.sample();
    socket.bytesRead = 3001;
    socket.bytesWritten = 20;
    meter.sample();
    meter.sample();
    expect(meter.flow.pshPackets).toBe(3);
    expect([meter.flow.forward.lengths.sum, meter.flow.backward.lengths.sum]).toEqual([3001, 20]);
    expect(meter.features()[0]).toBe(8080);
  });

  it('knows without a request object when the engine says that the body has ended', () => {
    socket.bytesRead = 100;
    meter.requestStarted();
    clock.ms += 6000;
    expect(meter.stall(5000)).toEqual({ phase: 'body', incompleteMs: 6000 });
    meter.bodyEnded();
    clock.ms += 60_000;
    expect(meter.stall(5000)).toBeNull();
    meter.responseEnded();
    clock.ms += 60_000;
    expect(meter.stall(5000)).toBeNull();
  });

  it('sees one stall for every 5 s, however often or seldom it is asked', () => {
    const stalls: number[] = [];
    for (const ms of [4999, 1, 1, 4000, 998, 1, 12_000, 1]) {
      clock.ms += ms;
      const stall = meter.stall(5000);
      if (stall !== null) stalls.push(stall.incompleteMs);
    }
    expect(stalls).toEqual([5000, 10_000, 22_000]);
  });

  it('counts the time of a request from its first byte, not from the one before', () => {
    socket.bytesRead = 100;
    meter.requestStarted();
    meter.bodyEnded();
    meter.responseEnded();
    clock.ms += 30_000;
    socket.bytesRead = 101;
    meter.sample();
    clock.ms += 2000;
    socket.bytesRead = 150;
    meter.requestStarted();
    clock.ms += 3000;
    expect(meter.stall(5000)).toEqual({ phase: 'body', incompleteMs: 5000 });
  });

  it('waits for all pipelined responses before the connection is idle', () => {
    socket.bytesRead = 300;
    meter.requestStarted();
    meter.bodyEnded();
    meter.requestStarted();
    meter.bodyEnded();
    meter.responseEnded();
    expect(meter.flow.requestOpen).toBe(true);
    socket.writableLength = 10;
    meter.sample();
    clock.ms += 5000;
    expect(meter.stall(5000)).toEqual({ phase: 'response', incompleteMs: 5000 });
    socket.writableLength = 0;
    meter.responseEnded();
    expect(meter.flow.requestOpen).toBe(false);
  });

  it('counts a request once that is told of twice, at its beginning and at its end', () => {
    const first = { complete: true, readableLength: 0, readableHighWaterMark: 1 };
    const second = { ...first };
    for (const request of [first, second, first]) meter.requestStarted(request);
    meter.responseEnded(first);
    meter.responseEnded(first);
    expect(meter.flow.requestOpen).toBe(true);
    meter.responseEnded(second);
    expect(meter.flow.requestOpen).toBe(false);
  });

  it('begins anew when a slow reader made room in between', () => {
    socket.bytesRead = 100;
    meter.requestStarted();
    meter.bodyEnded();
    socket.writableLength = 10;
    meter.sample();
    clock.ms += 4000;
    socket.writableLength = 0;
    meter.sample();
    socket.writableLength = 10;
    clock.ms += 2000;
    expect(meter.stall(5000)).toBeNull();
    clock.ms += 5000;
    expect(meter.stall(5000)).toEqual({ phase: 'response', incompleteMs: 5000 });
  });

  it('does not call the silence between two requests idleness, but that within one', () => {
    socket.bytesRead = 100;
    meter.requestStarted();
    meter.bodyEnded();
    meter.responseEnded();
    clock.ms += 20_000;
    expect(meter.features()[50]).toBe(0);
    socket.bytesRead = 101;
    meter.sample();
    clock.ms += 30_000;
    expect(meter.features()[50]).toBe(30_000_000);
  });

  it('closes the flow when the socket was destroyed, with an error or without', () => {
    const other = new ConnectionMeter(
      Object.assign(new HandSocket(), { destroyed: true, errored: new Error('reset') }),
      clock,
    );
    socket.destroyed = true;
    meter.sample();
    expect([meter.released, meter.flow.closed, meter.flow.finPackets]).toEqual([true, true, 2]);
    expect([other.released, other.flow.closed, other.flow.finPackets]).toEqual([true, true, 0]);
  });

  it('lets go of a socket that has left HTTP, and never reports it', () => {
    socket.parser = null;
    clock.ms += 60_000;
    expect(meter.stall(5000)).toBeNull();
    expect([meter.released, meter.flow.closed]).toEqual([true, false]);
  });

  it('takes more ends than beginnings in its stride', () => {
    meter.responseEnded();
    meter.bodyEnded();
    meter.responseEnded();
    socket.bytesRead = 10;
    meter.requestStarted();
    meter.bodyEnded();
    expect(meter.flow.requestOpen).toBe(true);
    meter.responseEnded();
    expect(meter.flow.requestOpen).toBe(false);
  });

  it('keeps the address of a socket that is closed, and has none for one without', () => {
    socket.remoteAddress = undefined;
    expect(meter.address).toBe('192.0.2.7');
    expect(new ConnectionMeter(socket, clock).address).toBe('');
  });
});
