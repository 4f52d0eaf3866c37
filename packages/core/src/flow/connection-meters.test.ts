import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionMeters, type MeteredConnection, type StalledConnection } from './connection-meters.js';
import { FLOW_FEATURES, type FlowFeatureName } from './feature-schema.js';
import { extractFlowFeatures } from './flow-features.js';

type Values = Record<FlowFeatureName, number>;

const clock = { ms: 0, now: () => 0, monotonicMs: () => clock.ms };
let cleanUp: (() => unknown)[] = [];

beforeEach(() => {
  clock.ms = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(async () => {
  for (const undo of cleanUp.reverse()) await undo();
  cleanUp = [];
  vi.useRealTimers();
});

/** Waits for the network, which no clock of ours moves. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock, and the sweep with it. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 100) {
    clock.ms += Math.min(left, 100);
    vi.advanceTimersByTime(Math.min(left, 100));
  }
}

function byName(values: Float32Array): Values {
  return Object.fromEntries(FLOW_FEATURES.map(({ name }, i) => [name, values[i]])) as Values;
}

/** Packet and flag counts, the way one counts them by hand. */
function counts(values: Values): number[] {
  return [
    values['Total Fwd Packets'],
    values['ACK Flag Count'] + 1 - values['Total Fwd Packets'],
    values['PSH Flag Count'],
    values['FIN Flag Count'],
  ];
}

interface Lab {
  readonly server: http.Server;
  readonly meters: ConnectionMeters;
  readonly stalls: StalledConnection[];
  readonly errors: unknown[];
  /** Features at each response's end. */
  readonly responses: Values[];
  /** Final features of each closed connection. */
  readonly closed: Values[];
  readonly detach: () => void;
  /** The server's side of each connection. */
  readonly sockets: Socket[];
  connect(): Promise<Socket>;
}

interface LabOptions {
  readonly handler?: RequestListener;
  readonly attached?: boolean;
  /** Whether the engine sees the requests. */
  readonly mounted?: boolean;
  readonly server?: http.Server | https.Server;
  readonly onStall?: (connection: StalledConnection) => void;
}

/** A server, metered as an engine does it. */
async function lab({
  handler = answer,
  attached = true,
  mounted = true,
  onStall,
  ...options
}: LabOptions = {}): Promise<Lab> {
  const stalls: StalledConnection[] = [];
  const errors: unknown[] = [];
  const responses: Values[] = [];
  const closed: Values[] = [];
  const sockets: Socket[] = [];
  const meters = new ConnectionMeters({
    clock,
    sweepMs: 1000,
    stallMs: 5000,
    onStall: onStall ?? ((stall) => stalls.push(stall)),
    onClose: ({ meter }: MeteredConnection) => closed.push(byName(extractFlowFeatures(meter.flow, clock.ms * 1000))),
    onError: (error) => errors.push(error),
  });
  const server = options.server ?? http.createServer();
  const detach = attached ? meters.attach(server) : () => {};
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handler(request, response);
    if (!mounted) return;
    const meter = meters.of(request.socket);
    meter.requestStarted(request);
    response.on('finish', () => {
      meter.responseEnded(request);
      responses.push(byName(meter.features()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    detach();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const connect = async (): Promise<Socket> => {
    const before = sockets.length;
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    cleanUp.push(() => client.destroy());
    await until(() => sockets.length > before);
    return client;
  };
  return { server, meters, stalls, errors, responses, closed, detach, sockets, connect };
}

function answer(_request: IncomingMessage, response: ServerResponse): void {
  response.end('ok');
}

/** Counts what a client receives. */
function received(client: Socket): { bytes: number } {
  const total = { bytes: 0 };
  client.on('data', (chunk) => {
    total.bytes += chunk.length;
  });
  return total;
}

const GET = 'GET /items HTTP/1.1\r\nHost: a\r\n\r\n';
const LAST_GET = 'GET /items HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe('the features of a connection to a real server', () => {
  it('are those of ten packets for one request on a connection of its own', async () => {
    const { connect, responses, closed } = await lab({
      handler(request, response) {
        pass(40);
        answer(request, response);
      },
    });
    const client = await connect();
    const got = received(client);
    pass(10);
    client.write(LAST_GET);
    await until(() => closed.length === 1);

    const prefix = responses[0] as Values;
    expect(counts(prefix), 'handshake, request, ACK, response, ACK, FIN of the server').toEqual([4, 4, 2, 1]);
    expect(prefix['Flow Duration']).toBe(50_000);
    const final = closed[0] as Values;
    expect(counts(final)).toEqual([5, 5, 2, 2]);
    expect(final['Total Length of Fwd Packets']).toBe(LAST_GET.length);
    expect(final['Fwd Packet Length Max']).toBe(LAST_GET.length);
    expect(final['Bwd Packet Length Max']).toBe(got.bytes);
    expect(final['Packet Length Mean']).toBeCloseTo((LAST_GET.length + got.bytes) / 10, 3);
    expect(final.act_data_pkt_fwd).toBe(1);
    expect([final['Flow IAT Max'], final['Flow IAT Mean']]).toEqual([40_000, Math.fround(50_000 / 9)]);
    expect([final['Active Max'], final['Idle Max']]).toEqual([50_000, 0]);
  });

  it('grow over the requests of a kept-alive connection', async () => {
    const { connect, responses } = await lab();
    const client = await connect();
    const got = received(client);
    client.write(GET);
    await until(() => responses.length === 1 && got.bytes > 0);
    pass(7000);
    client.write(GET);
    await until(() => responses.length === 2);

    const [first, second] = responses as [Values, Values];
    expect(counts(first)).toEqual([4, 3, 2, 0]);
    expect(counts(second)).toEqual([6, 5, 4, 0]);
    expect(second['Total Length of Fwd Packets']).toBe(2 * GET.length);
    expect([second['Idle Max'], second['Flow IAT Max']]).toEqual([7_000_000, 7_000_000]);
    expect(second['Subflow Fwd Bytes'], 'one gap above a second').toBe(2 * GET.length);
    expect(first['Subflow Fwd Bytes']).toBe(0);
  });

  it('count each chunk of an upload that the engine looked at', async () => {
    let arrived = 0;
    const { connect, meters, responses, sockets } = await lab({
      handler(request, response) {
        request.on('data', (chunk: Buffer) => {
          arrived += chunk.length;
          meters.of(request.socket).sample();
        });
        request.on('end', () => answer(request, response));
      },
    });
    const client = await connect();
    const head = 'POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 2110\r\n\r\n';
    client.write(head);
    await until(() => sockets[0]?.bytesRead === head.length);
    pass(500);
    for (const bytes of [100, 2000, 10]) {
      const before = arrived;
      client.write(Buffer.alloc(bytes, 'x'));
      await until(() => arrived === before + bytes);
      pass(500);
    }
    await until(() => responses.length === 1);

    const values = responses[0] as Values;
    // Forward: handshake 2, head 1, chunks 1 + 2 + 1, ACK of the response. Backward: SYN-ACK, head 1, chunks 1 + 1 + 1, response.
    expect(counts(values)).toEqual([8, 6, 5, 0]);
    expect(values['Total Length of Fwd Packets']).toBe(head.length + 2110);
    expect([values['Fwd Packet Length Max'], values.act_data_pkt_fwd]).toEqual([1448, 5]);
    expect([values['Flow IAT Max'], values['Fwd IAT Max']]).toEqual([500_000, 500_000]);
  });

  it('end with both FINs and an ACK of the client when the client leaves', async () => {
    const { connect, responses, closed } = await lab();
    const client = await connect();
    const got = received(client);
    client.write(GET);
    await until(() => responses.length === 1 && got.bytes > 0);
    client.end();
    await until(() => closed.length === 1);
    expect(counts(closed[0] as Values)).toEqual([6, 4, 2, 2]);
  });

  it('end with one packet and no FIN when the connection breaks', async () => {
    const { connect, sockets, closed } = await lab();
    const client = await connect();
    client.write('GET /items HT');
    await until(() => sockets[0]?.bytesRead === 13);
    pass(2000);
    client.resetAndDestroy();
    await until(() => closed.length === 1);
    expect(counts(closed[0] as Values), 'handshake, 13 bytes, ACK, RST').toEqual([4, 2, 1, 0]);
    expect((closed[0] as Values)['Total Length of Fwd Packets']).toBe(13);
  });

  it('begin with the first request when the server is not attached', async () => {
    const { connect, meters, responses, sockets } = await lab({ attached: false });
    const client = await connect();
    const got = received(client);
    pass(3000);
    client.write(GET);
    await until(() => responses.length === 1 && got.bytes > 0);
    const values = responses[0] as Values;
    expect(counts(values)).toEqual([4, 3, 2, 0]);
    expect([values['Flow Duration'], values['Total Length of Fwd Packets']]).toEqual([0, GET.length]);
    client.end();
    await once(sockets[0] as Socket, 'close');
    expect(counts(byName(meters.of(sockets[0] as Socket).features())), 'seen at the next look').toEqual([6, 4, 2, 2]);
  });

  it('are those of the plaintext behind TLS', async () => {
    const psk = { psk: Buffer.from('d3a5', 'hex'), identity: 'test' };
    const shared = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
    const server = https.createServer({ ...shared, pskCallback: () => psk.psk });
    const { responses, stalls } = await lab({ server });
    const { port } = server.address() as AddressInfo;
    const agent = new https.Agent({
      ...shared,
      keepAlive: true,
      checkServerIdentity: () => undefined,
      pskCallback: () => psk,
    });
    cleanUp.push(() => agent.destroy());
    const request = https.get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    await until(() => responses.length === 1);

    const values = responses[0] as Values;
    expect(counts(values)).toEqual([4, 3, 2, 0]);
    expect(values['Total Length of Fwd Packets']).toBe(request.socket?.bytesWritten);
    pass(20_000);
    expect(stalls, 'the raw socket under TLS is not metered').toEqual([]);
  });
});

describe('a connection that does not finish a request', () => {
  it('is reported every 5 s while it sends its headers byte by byte', async () => {
    const { connect, sockets, stalls } = await lab();
    const client = await connect();
    for (let bytes = 1; bytes <= 50; bytes++) {
      client.write(bytes < 4 ? 'GET'.charAt(bytes - 1) : ' ');
      await until(() => sockets[0]?.bytesRead === bytes);
      pass(300);
    }
    expect(stalls.map(({ phase, incompleteMs }) => [phase, incompleteMs])).toEqual([
      ['headers', 5000],
      ['headers', 10_000],
      ['headers', 15_000],
    ]);
    expect(stalls[0]?.address).toBe('127.0.0.1');
    const { meter } = stalls[2] as StalledConnection;
    expect(meter.bytesReceived).toBe(50);
    const values = byName(meter.features());
    // One chunk for each sweep: every look found three or four new bytes.
    expect([values['PSH Flag Count'], values['Fwd Packet Length Max'], values['Total Length of Fwd Packets']]).toEqual([
      15, 4, 50,
    ]);
    expect(values['Bwd Packet Length Max']).toBe(0);
  });

  it('is reported although it never sent a byte, so that a model can tell it by its 0 bytes', async () => {
    const { connect, stalls } = await lab();
    await connect();
    pass(12_000);
    expect(stalls.map(({ phase, meter }) => [phase, meter.bytesReceived])).toEqual([
      ['headers', 0],
      ['headers', 0],
    ]);
    const values = byName((stalls[1] as StalledConnection).meter.features());
    expect([values['Total Fwd Packets'], values['Idle Max']]).toEqual([2, 12_000_000]);
  });

  it('is not reported while it is kept alive between two requests, but is when the next one does not end', async () => {
    const { connect, sockets, responses, stalls } = await lab();
    const client = await connect();
    client.write(GET);
    await until(() => responses.length === 1);
    pass(60_000);
    expect(stalls).toEqual([]);
    client.write('GET /it');
    await until(() => sockets[0]?.bytesRead === GET.length + 7);
    pass(7000);
    expect(stalls.map(({ phase, incompleteMs }) => [phase, incompleteMs])).toEqual([['headers', 5000]]);
  });

  it('is reported while its body does not end, even when the answer was given long ago', async () => {
    const requests: IncomingMessage[] = [];
    const { connect, responses, stalls } = await lab({
      handler(request, response) {
        requests.push(request);
        answer(request, response);
      },
    });
    const client = await connect();
    client.write('POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx');
    await until(() => responses.length === 1);
    pass(10_000);
    expect(stalls.map(({ phase }) => phase)).toEqual(['body', 'body']);
    client.write('y'.repeat(99));
    await until(() => requests[0]?.complete === true);
    pass(20_000);
    expect(stalls, 'complete by now').toHaveLength(2);
  });

  it('is judged the same when the engine is mounted elsewhere and does not see its requests', async () => {
    const { connect, stalls } = await lab({ mounted: false });
    const idle = await connect();
    const got = received(idle);
    idle.write(GET);
    await until(() => got.bytes > 0);
    idle.write(GET);
    const slow = await connect();
    const early = received(slow);
    slow.write('POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx');
    await until(() => early.bytes > 0);
    pass(10_000);
    expect(stalls.map(({ phase }) => phase)).toEqual(['body', 'body']);
    expect(stalls[0]?.socket.remoteAddress).toBe('127.0.0.1');
    expect(stalls[0]?.meter.bytesReceived).toBe(55);
  });

  it('is not reported while the application thinks, or does not read the body', async () => {
    const requests: IncomingMessage[] = [];
    const { connect, stalls } = await lab({ handler: (request) => requests.push(request) });
    const thinking = await connect();
    thinking.write(GET);
    const unread = await connect();
    unread.write(`POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(200_000)}`);
    await until(() => requests.some((request) => request.readableLength >= request.readableHighWaterMark));
    await until(() => requests.some(({ complete }) => complete));
    pass(30_000);
    expect(stalls).toEqual([]);
  });

  it('is reported while it does not take the response', async () => {
    const page = Buffer.alloc(30_000_000, 'x');
    const { connect, responses, stalls } = await lab({ handler: (_request, response) => response.end(page) });
    const client = await connect();
    client.pause();
    client.write(LAST_GET);
    await once(client, 'readable');
    pass(11_000);
    expect(stalls.map(({ phase, incompleteMs }) => [phase, incompleteMs])).toEqual([
      ['response', 5000],
      ['response', 10_000],
    ]);
    client.on('data', () => {});
    client.resume();
    await until(() => responses.length === 1);
    pass(20_000);
    expect(stalls).toHaveLength(2);
  });

  it('is not reported after it was upgraded to another protocol, or when it speaks HTTP/2', async () => {
    const { connect, server, sockets, stalls } = await lab();
    server.on('upgrade', (_request, socket: Socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = await connect();
    const got = received(client);
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await until(() => got.bytes > 0 && sockets.length === 1);

    const h2 = http2.createServer();
    const onStall = (stall: StalledConnection): number => stalls.push(stall);
    const detach = new ConnectionMeters({ clock, onStall }).attach(h2);
    h2.listen(0, '127.0.0.1');
    await once(h2, 'listening');
    const session = http2.connect(`http://127.0.0.1:${(h2.address() as AddressInfo).port}`);
    await once(session, 'remoteSettings');
    pass(30_000);
    expect(stalls).toEqual([]);
    detach();
    session.destroy();
    h2.close();
    sockets[0]?.destroy();
  });

  it('is not reported after it was released, as the connections of a proxy are', async () => {
    const { connect, meters, sockets, stalls } = await lab();
    await connect();
    meters.of(sockets[0] as Socket).release();
    pass(30_000);
    expect(stalls).toEqual([]);
  });

  it('is not reported after it was closed', async () => {
    const { connect, closed, stalls } = await lab();
    const client = await connect();
    client.destroy();
    await until(() => closed.length === 1);
    pass(30_000);
    expect(stalls).toEqual([]);
  });

  it('is let go of at its end, even when the host took our listeners away', async () => {
    const { connect, sockets, closed, stalls } = await lab();
    const client = await connect();
    sockets[0]?.removeAllListeners('close');
    client.destroy();
    await until(() => sockets[0]?.closed === true);
    pass(30_000);
    expect([closed.length, stalls.length]).toEqual([1, 0]);
  });

  it('does not keep the others from being reported when a callback throws', async () => {
    let calls = 0;
    const onStall = (): never => {
      calls += 1;
      throw new Error('callback');
    };
    const { connect, errors } = await lab({ onStall });
    await connect();
    await connect();
    pass(5000);
    expect(calls).toBe(2);
    expect(errors).toEqual([new Error('callback'), new Error('callback')]);
  });
});

describe('attach', () => {
  it('takes every listener and its timer away again', async () => {
    const { connect, server, sockets, detach, stalls } = await lab();
    await connect();
    const [socket] = sockets as [Socket];
    const listeners = (): number[] => [
      server.listenerCount('connection'),
      server.listenerCount('request'),
      socket.listenerCount('end'),
      socket.listenerCount('close'),
      vi.getTimerCount(),
    ];
    const attached = listeners();
    detach();
    expect(listeners()).toEqual(attached.map((count) => count - 1));
    pass(30_000);
    expect(stalls).toEqual([]);
  });

  it('adds nothing to the socket that could change how data flows', async () => {
    const { connect, sockets } = await lab();
    const plain = await lab({ attached: false });
    await connect();
    await plain.connect();
    for (const event of ['data', 'readable', 'error', 'drain', 'finish', 'timeout']) {
      expect(sockets[0]?.listenerCount(event), event).toBe(plain.sockets[0]?.listenerCount(event));
    }
  });

  it('keeps no process alive', () => {
    vi.useRealTimers();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const detach = new ConnectionMeters({ clock, onStall: () => {} }).attach(http.createServer());
    expect(timers()).toBe(before);
    detach();
  });
});
