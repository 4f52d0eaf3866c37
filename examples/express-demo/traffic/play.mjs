import { setTimeout as wait } from 'node:timers/promises';
import { Client } from './client.mjs';

/** Pause between the beginnings of two attacks, in ms. */
const ATTACK_EVERY_MS = 1_700;
/** Ordinary clients do not all begin at once. */
const ORDINARY_EVERY_MS = 150;
const REJECTED = new Set([403, 503]);

/**
 * Plays all clients at the same time, attackers one after the other.
 *
 * @param groups - `{ ordinary, attacks }`; each client gets `address`, `sent` and `rejected`
 * @param target - `{ port, own }` as for `Client`
 * @param signal - stops it; then the promise rejects with an AbortError
 */
export async function play({ ordinary, attacks }, target, signal) {
  await Promise.all([
    ...ordinary.map((kind, i) => playOne(kind, i * ORDINARY_EVERY_MS, target, signal)),
    ...attacks.map((kind, i) => playOne(kind, 1_000 + i * ATTACK_EVERY_MS, target, signal)),
  ]);
}

async function playOne(kind, startMs, { port, own }, signal) {
  const { address, requests, gapMs, connections = 1 } = kind;
  const client = new Client(port, address, own, connections);
  const queue = requests.values();
  const work = async () => {
    for (const request of queue) {
      kind.sent += 1;
      const { status } = await client.send(request);
      if (REJECTED.has(status)) kind.rejected += 1;
      // A pause that is never the same twice, as with people and most programs.
      if (gapMs > 0) await wait(gapMs * (0.6 + 0.8 * Math.random()), undefined, { signal });
      signal.throwIfAborted();
    }
  };
  try {
    await wait(startMs, undefined, { signal });
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    client.close();
  }
}
