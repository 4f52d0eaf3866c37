import type { Random } from './random.js';

/** What lies between a client and the server. */
export interface Link {
  readonly name: string;
  /** One-way delay, ms. */
  readonly delayMs: number;
  /** Most that is added to the delay of one chunk, ms. */
  readonly jitterMs: number;
  /** Bytes per second in each direction; 0 = no limit. */
  readonly bytesPerSecond: number;
  /** Chunks are cut to at most this many bytes; 0 = as they come. */
  readonly chunkBytes: number;
  /** Share of chunks that are lost and sent again: everything behind one waits for it, as TCP does. */
  readonly lossShare: number;
  /** Extra time between the accepted connection and its first byte, ms: a TLS handshake in front, a slow radio. */
  readonly startMs: number;
}

/** No network at all: client and server on one machine. */
export const LOCAL_LINK: Link = {
  name: 'local',
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: 0,
  chunkBytes: 0,
  lossShare: 0,
  startMs: 0,
};

const DRAWS: Readonly<Record<string, (random: Random) => Link>> = {
  local: () => LOCAL_LINK,
  datacentre: (random) => ({ ...LOCAL_LINK, name: 'datacentre', delayMs: random.between(0.3, 3), jitterMs: 0.5 }),
  home: (random) => {
    const delayMs = random.between(5, 40);
    return {
      name: 'home',
      delayMs,
      jitterMs: random.between(1, 8),
      bytesPerSecond: random.logBetween(1e6, 2e7),
      chunkBytes: random.pick([0, 1448, 16_384]),
      lossShare: random.pick([0, 0, 0.002, 0.005]),
      startMs: random.chance(0.5) ? delayMs * random.between(2, 4) : 0,
    };
  },
  mobile: (random) => {
    const delayMs = random.between(30, 150);
    return {
      name: 'mobile',
      delayMs,
      jitterMs: random.between(10, 60),
      bytesPerSecond: random.logBetween(6e4, 3e6),
      chunkBytes: random.pick([1380, 1448, 4096]),
      lossShare: random.pick([0, 0.005, 0.01, 0.02]),
      startMs: random.chance(0.5) ? delayMs * random.between(2, 6) : 0,
    };
  },
  poor: (random) => ({
    name: 'poor',
    delayMs: random.between(100, 400),
    jitterMs: random.between(50, 300),
    bytesPerSecond: random.logBetween(1.5e4, 1e5),
    chunkBytes: random.pick([536, 1380]),
    lossShare: random.between(0.01, 0.05),
    startMs: random.between(0, 1500),
  }),
};

/** Benign and attacking clients draw from the same links, so that the network says nothing of the client. */
export function drawLink(random: Random, names: readonly string[] = DEFAULT_LINKS): Link {
  return (DRAWS[random.pick(names)] ?? (() => LOCAL_LINK))(random);
}

const DEFAULT_LINKS: readonly string[] = [
  'local',
  'local',
  'datacentre',
  'datacentre',
  'home',
  'home',
  'home',
  'mobile',
  'mobile',
];
