import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { embeddedPostgresStore, postgresStore } from '../src/index.js';
import { CrashingHost, lossesOf } from './crashes.js';
import { describeWithPostgres } from './describe-with-postgres.js';
import { LocalPostgres } from './local-postgres.js';

/** Times that each is killed; `CRASHES=20` for the whole promise. */
const CRASHES = Number(process.env.CRASHES ?? 3);
const PATIENCE_MS = 60_000 + CRASHES * 10_000;

/** Some batches, and then at any moment of the next. */
async function killSomewhere(host: CrashingHost, kill: () => Promise<void>): Promise<void> {
  await host.acknowledges(1 + Math.floor(Math.random() * 20));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  await kill();
}

describeWithPostgres('kill -9', () => {
  let server: LocalPostgres;
  const dataDir = mkdtempSync(join(tmpdir(), 'api-security-crash-'));

  beforeAll(async () => {
    // Acknowledged means on the disk: fsync as Postgres has it by default.
    server = await LocalPostgres.start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(
    'of the host loses no acknowledged row, and stores none twice',
    async () => {
      const acknowledged: string[] = [];
      for (let crash = 0; crash < CRASHES; crash++) {
        const host = new CrashingHost(server.url, crash * 10_000);
        await killSomewhere(host, () => host.kill());
        acknowledged.push(...host.acknowledged);
      }
      const store = postgresStore({ connectionString: server.url });
      expect(acknowledged.length).toBeGreaterThanOrEqual(CRASHES);
      expect(await lossesOf(store, acknowledged)).toEqual({ lost: [], twice: 0 });
      // The sums are of the very rows.
      expect((await store.statistics()).requests).toBe((await store.logs()).total);
      await store.close();
    },
    PATIENCE_MS,
  );

  it(
    'of the server loses no acknowledged row, and the host goes on when it is back',
    async () => {
      const first = 1_000_000;
      const host = new CrashingHost(server.url, first);
      for (let crash = 0; crash < CRASHES; crash++) {
        await killSomewhere(host, () => server.kill());
        await server.resume();
      }
      await host.acknowledges(1);
      await host.kill();
      const store = postgresStore({ connectionString: server.url });
      expect(await lossesOf(store, host.acknowledged)).toEqual({ lost: [], twice: 0 });
      expect((await store.statistics()).requests).toBe((await store.logs()).total);
      await store.close();
    },
    PATIENCE_MS,
  );

  it(
    'of a host with an embedded Postgres leaves the server to the next one, which loses nothing',
    async () => {
      const acknowledged: string[] = [];
      const pids = new Set<number>();
      for (let crash = 0; crash < CRASHES; crash++) {
        const host = new CrashingHost(dataDir, crash * 10_000);
        await killSomewhere(host, () => host.kill());
        pids.add(pidOf(dataDir));
        acknowledged.push(...host.acknowledged);
      }
      expect(pids.size).toBe(1);
      const store = embeddedPostgresStore({ dataDir });
      expect(await lossesOf(store, acknowledged)).toEqual({ lost: [], twice: 0 });
      await store.close();
    },
    PATIENCE_MS,
  );

  it(
    'of an embedded Postgres makes the store start it again, with all that was acknowledged',
    async () => {
      const host = new CrashingHost(dataDir, 1_000_000);
      // Rows that were acknowledged before a kill may be told after it, so the server is the next
      // one only when its process is another.
      let killed = 0;
      for (let crash = 0; crash < CRASHES; crash++) {
        await killSomewhere(host, async () => {
          await vi.waitUntil(() => isAnother(pidOf(dataDir), killed), PATIENCE_MS);
          killed = pidOf(dataDir);
          process.kill(killed, 'SIGKILL');
        });
      }
      await host.acknowledges(1);
      await host.kill();
      const store = embeddedPostgresStore({ dataDir });
      expect(await lossesOf(store, host.acknowledged)).toEqual({ lost: [], twice: 0 });
      await store.close();
    },
    PATIENCE_MS,
  );
});

/** Of the server of a directory; 0 while it writes its file. */
function pidOf(directory: string): number {
  const file = join(directory, 'cluster', 'postmaster.pid');
  if (!existsSync(file)) return 0;
  return Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
}

function isAnother(pid: number, killed: number): boolean {
  return pid > 0 && pid !== killed;
}
