import { setTimeout as wait } from 'node:timers/promises';

/** How long to wait for the assessments of the last answers, in ms. */
const PATIENCE_MS = 3_000;

/** Kinds of clients with an address each and everything at zero. */
export function counted(kinds, network, first) {
  return kinds.map((kind, i) => ({
    ...kind,
    address: `${network}${first + i}`,
    sent: 0,
    rejected: 0,
    assessed: 0,
    flagged: 0,
    /** Number of the first request that was flagged; 0 while none was. */
    firstFlagged: 0,
  }));
}

/** Counts each kind's finished assessments, and those that reached HIGH. */
export function countAssessments(security, kinds) {
  const byClient = new Map(kinds.map((kind) => [kind.address, kind]));
  security.on('assessment', ({ subject, client, level }) => {
    const kind = byClient.get(client.key);
    if (!kind || subject !== 'request') return;
    kind.assessed += 1;
    if (level !== 'high' && level !== 'critical') return;
    kind.flagged += 1;
    if (kind.firstFlagged === 0) kind.firstFlagged = kind.assessed;
  });
  return {
    /** Waits until everything that was sent has been assessed. */
    async settled(signal) {
      const untilMs = performance.now() + PATIENCE_MS;
      const isOpen = ({ assessed, sent }) => assessed < sent;
      while (kinds.some(isOpen) && performance.now() < untilMs) await wait(20, undefined, { signal });
    },
  };
}
