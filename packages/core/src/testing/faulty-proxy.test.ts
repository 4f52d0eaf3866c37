import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultyProxy } from './faulty-proxy.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function echoing(): Promise<FaultyProxy> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  const proxy = await new FaultyProxy((server.address() as AddressInfo).port, { slowMs: 150 }).listen();
  cleanUps.push(() => proxy.close());
  return proxy;
}

/** What became of one word sent through a connection of its own, within a moment. */
async function outcome({ port }: FaultyProxy): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => socket.write('ping'));
  const seen = await new Promise<string>((resolve) => {
    socket.on('data', (piece) => resolve(String(piece)));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(String(code)));
    setTimeout(resolve, 100, 'nothing');
  });
  socket.destroy();
  return seen;
}

describe('FaultyProxy', () => {
  it('passes on, has each fault, and passes on again on the same port', async () => {
    const proxy = await echoing();
    const { port } = proxy;
    const faults = { refused: 'ECONNREFUSED', reset: 'ECONNRESET', 'black-holed': 'nothing', slow: 'nothing' } as const;
    for (const fault of Object.keys(faults) as (keyof typeof faults)[]) {
      expect(await outcome(proxy)).toBe('ping');
      await proxy.begin(fault);
      expect([fault, await outcome(proxy)]).toEqual([fault, faults[fault]]);
      await proxy.end();
    }
    expect(await outcome(proxy)).toBe('ping');
    expect(proxy.port).toBe(port);
  });

  it('has a connection that is open feel it', async () => {
    const proxy = await echoing();
    const socket = connect(proxy.port, '127.0.0.1');
    const errors: unknown[] = [];
    socket.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code));
    socket.write('ping');
    await once(socket, 'data');
    expect(proxy.connections).toBe(1);
    proxy.drop();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(errors).toEqual(['ECONNRESET']);
  });
});
