import { fileId } from '../apis/files-profile.js';
import { get } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import { inParallel, pause } from '../session.js';
import { User } from '../user.js';

/** A folder that is kept the same in two places: lists, many PUTs, conflicts (409), what is unchanged (304), ranges. */
const fileSync = defineKind({
  name: 'file-sync',
  pattern: null,
  tool: 'own',
  count: 60,
  maxSeconds: 80,
  apis: ['files'],
  draw: (random) => ({
    files: random.int(5, 90),
    width: random.pick([1, 2, 4, 8]),
    uploads: random.between(0.1, 0.9),
    conflictShare: random.pick([0, 0.05, 0.2]),
    goneShare: random.pick([0, 0, 0.05, 0.15]),
    bytes: Math.round(random.logBetween(500, 300_000)),
    gapMs: random.pick([0, 10, 100, 600]),
    rounds: random.int(1, 3),
  }),
  run: async (session, { files, width, uploads, conflictShare, goneShare, bytes, gapMs, rounds }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: width, headers: { 'user-agent': 'DriveSync/9.2' } });
    await user.signIn();
    const first = random.int(0, 300);
    const tags = new Map<string, string>();
    for (let round = 0; round < rounds && !session.signal.aborted; round++) {
      for (let page = 1; page <= api.pageCount; page++) await user.send(api.list(page));
      await inParallel(session, width, files, async (index) => {
        const id = random.chance(goneShare) ? api.guessedId(random) : fileId((first + index * 2) & ~1);
        const path = `/files/${id}/content`;
        if (random.chance(uploads)) {
          const size = Math.round(bytes * random.between(0.2, 1.5));
          const match: Record<string, string> = random.chance(conflictShare) ? { 'if-match': '"of-yesterday"' } : {};
          const { status } = await user.send({ method: 'PUT', path, headers: match, body: Buffer.alloc(size, index) });
          if (status === 409) await user.send(get(path, { range: 'bytes=0-65535' }));
        } else {
          const tag = tags.get(path);
          const { headers } = await user.send(get(path, tag === undefined ? {} : { 'if-none-match': tag }));
          if (headers.etag !== undefined) tags.set(path, headers.etag);
        }
        await pause(session, gapMs);
      });
      await user.send(api.poll(random.int(1, 9)));
      await user.think(1000, 8000);
    }
    user.close();
  },
});

/** A large file or a film in ranges: a part, a pause, the next part; now and then a jump, now and then too far (416). */
const rangeReader = defineKind({
  name: 'range-reader',
  pattern: null,
  tool: 'own',
  count: 36,
  maxSeconds: 70,
  apis: ['files'],
  draw: (random) => ({
    partBytes: Math.round(random.logBetween(8000, 250_000)),
    gapMs: random.pick([0, 50, 500, 2000]),
    width: random.pick([1, 1, 4]),
    jumps: random.between(0, 0.2),
    files: random.int(1, 12),
  }),
  run: async (session, { partBytes, gapMs, width, jumps, files }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: width, agent: random.pick(['browser', 'program']) });
    user.rememberToken();
    for (let file = 0; file < files && !session.signal.aborted; file++) {
      const path = `/files/${api.knownId(random)}/content`;
      let ended = false;
      await inParallel(session, width, 60, async (index) => {
        if (ended) return;
        const start = (random.chance(jumps) ? random.int(0, 20) : index) * partBytes;
        const { status } = await user.send(get(path, { range: `bytes=${start}-${start + partBytes - 1}` }));
        if (status !== 206) ended = true;
        await pause(session, gapMs);
      });
    }
    user.close();
  },
});

/** A phone that was without a network: what was written meanwhile goes out at once, what was missed is fetched. */
const offlineQueue = defineKind({
  name: 'offline-queue',
  pattern: null,
  tool: 'own',
  count: 42,
  maxSeconds: 80,
  links: ['mobile', 'mobile', 'poor', 'home'],
  draw: (random) => ({
    rounds: random.int(1, 4),
    queued: random.int(3, 40),
    width: random.pick([1, 1, 3, 6]),
    silenceMs: random.int(4000, 25_000),
    expired: random.chance(0.4),
  }),
  run: async (session, { rounds, queued, width, silenceMs, expired }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive: true, connections: width, agent: 'mobile' });
    user.rememberToken();
    for (let round = 0; round < rounds && !session.signal.aborted; round++) {
      if (expired) {
        user.useToken('gone');
        await user.burst(Array.from({ length: width }, () => api.me()));
        await user.signIn();
      }
      await inParallel(session, width, queued, async () => {
        const { status } = await user.send(random.chance(0.7) ? api.create(random) : api.change(random));
        if (status >= 500 || status === 429) await pause(session, 800);
      });
      for (let page = random.int(1, 3); page > 0; page--) await user.send(api.list(page));
      await pause(session, random.between(silenceMs * 0.5, silenceMs * 1.3));
    }
    user.close();
  },
});

export const SYNCHRONISING: readonly ClientKind[] = [fileSync, rangeReader, offlineQueue];
