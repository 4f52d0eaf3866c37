import { once } from 'node:events';
import { createServer } from 'node:http';
import { createApi } from './api.mjs';
import { Client } from './traffic/client.mjs';

const PAIRS = 240;
const WARM_UP = 20;
/** Many clients share the work, so that none of them looks like a flood. */
const CLIENTS = 24;

/**
 * Sends the same small mix to the bare app and to the guarded one, in turn, in this process.
 *
 * @returns p50 and p99 of each in ms, as a client sees them
 */
export async function measureLatency(security, own, signal) {
  const bare = await listen(createApi());
  const guarded = await listen(createApi(security));
  const clients = Array.from({ length: CLIENTS }, (_, i) => ({
    bare: new Client(bare.address().port, `127.0.2.${i + 1}`, own),
    guarded: new Client(guarded.address().port, `127.0.2.${i + 1}`, own),
  }));
  const times = { bare: [], guarded: [] };
  try {
    for (let i = 0; i < WARM_UP + PAIRS; i++) {
      signal.throwIfAborted();
      const client = clients[i % CLIENTS];
      for (const app of ['bare', 'guarded']) {
        const { ms } = await client[app].send(mix(i));
        if (i >= WARM_UP) times[app].push(ms);
      }
    }
  } finally {
    for (const client of clients) {
      client.bare.close();
      client.guarded.close();
    }
    bare.close();
    guarded.close();
  }
  return { bare: percentiles(times.bare), guarded: percentiles(times.guarded), pairs: PAIRS };
}

/** Every value is new, so that nothing is answered from memory. */
function mix(i) {
  const headers = { 'user-agent': 'measure/1.0', accept: 'application/json' };
  if (i % 3 === 0) return { path: `/search?q=tea%20number%20${i}`, headers };
  if (i % 3 === 1) return { path: `/items/${1 + (i % 240)}`, headers };
  return { path: '/orders', headers, body: { items: [{ id: i, count: 1 }], note: `Please ring twice at door ${i}.` } };
}

function percentiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99) };
}

async function listen(app) {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
