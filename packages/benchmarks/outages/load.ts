import { Agent, request } from 'node:http';

/** One request of so many is an attack, each by another client, so that each is an alert of its own. */
const ATTACK_EVERY = 100;
/** A request that is not answered within this time has failed, in ms. */
const TIMEOUT_MS = 10_000;

/** What became of the requests that were sent in a span of time. Times in ms. */
export interface Phase {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** Requests under way. */
export interface Load {
  /** Attacks sent so far. */
  readonly attacks: number;
  /** Ends a phase and begins the next. */
  nextPhase(): Phase;
  stop(): void;
}

/**
 * Sends requests at a constant rate, whatever the answers take.
 *
 * @param options - `rate`: requests a second
 */
export function startLoad(port: number, { rate }: { readonly rate: number }): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let phase = newPhase();
  let sent = 0;
  let attacks = 0;
  const startedMs = performance.now();

  const send = (number: number): void => {
    const isAttack = number % ATTACK_EVERY === 0;
    if (isAttack) attacks += 1;
    const client = isAttack ? `198.18.${(attacks >> 8) & 255}.${attacks & 255}` : `192.0.2.${number % 50}`;
    const path = isAttack ? '/users?id=1%27%20OR%201=1--' : `/users?id=${number % 1000}`;
    const own = phase;
    const begunMs = performance.now();
    const done = (isAnswered: boolean): void => {
      own.times.push(performance.now() - begunMs);
      if (!isAnswered) own.failed += 1;
    };
    const headers = { 'x-forwarded-for': client };
    const outgoing = request({ port, path, agent, headers, host: '127.0.0.1', timeout: TIMEOUT_MS });
    outgoing.on('response', (response) => {
      const isExpected = response.statusCode === 200 || (isAttack && response.statusCode === 403);
      response.resume().on('end', () => done(isExpected));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', () => done(false));
    outgoing.end();
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1_000) * rate;
    for (; sent < due; sent++) send(sent);
  }, 5);

  return {
    get attacks() {
      return attacks;
    },
    nextPhase: () => {
      const { times, failed } = phase;
      phase = newPhase();
      times.sort((a, b) => a - b);
      const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
      return { requests: times.length, failed, p50: at(0.5), p99: at(0.99) };
    },
    stop: () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}

function newPhase(): { times: number[]; failed: number } {
  return { times: [], failed: 0 };
}
