import { assessmentOf, FaultyProxy, sampleId } from '@api-security/core/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { migratePostgres, type PostgresStore, postgresStore } from '../src/index.js';
import { codeOf } from './code-of.js';
import { describeWithPostgres } from './describe-with-postgres.js';
import { LocalPostgres } from './local-postgres.js';

const START = Date.UTC(2026, 0, 1);

let server: LocalPostgres;
let proxy: FaultyProxy;
let store: PostgresStore;
let sent = 0;

beforeAll(async () => {
  server = await LocalPostgres.start();
  await migratePostgres({ connectionString: server.url });
});
afterAll(() => server.stop());

beforeEach(async () => {
  proxy = await new FaultyProxy(server.port).listen();
  store = postgresStore({
    connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres`,
    connectMs: 500,
    statementMs: 500,
  });
});
afterEach(async () => {
  await store.close();
  await proxy.close();
});

const append = () => store.append({ assessments: [assessmentOf({ at: START + sent++ })], alerts: [] });

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describeWithPostgres('while the server is away', () => {
  it.each(['refused', 'reset', 'black-holed', 'slow'] as const)(
    'calls reject within their time when it is %s, and succeed when it is back',
    async (fault) => {
      await append();
      await proxy.begin(fault);
      for (const call of [append, () => store.logs(), () => store.statistics()]) {
        const since = performance.now();
        expect(await codeOf(call())).toBe('API_SECURITY_STORE_FAILED');
        // Connecting and one statement, each with its own limit and a second of grace for the server to speak first.
        expect(performance.now() - since).toBeLessThan(3_000);
      }
      await proxy.end();
      const since = performance.now();
      while ((await codeOf(append())) !== 'none') expect(performance.now() - since).toBeLessThan(5_000);
    },
  );

  it('closing does not hang on a black hole', async () => {
    await append();
    await proxy.begin('black-holed');
    const since = performance.now();
    await store.close();
    expect(performance.now() - since).toBeLessThan(3_000);
  });

  it('connections that are cut while they idle are made anew, and nothing is thrown at the host', async () => {
    await Promise.all([append(), append(), append()]);
    proxy.drop();
    await expect.poll(() => proxy.connections).toBe(0);
    await append();
    await administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'api-security'");
    await expect.poll(() => proxy.connections).toBe(0);
    await append();
  });

  it('an injected pool is used, survives cut connections, and is left open', async () => {
    const pool = new pg.Pool({ connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` });
    const injected = postgresStore({ pool });
    await injected.logs();
    proxy.drop();
    await expect.poll(() => pool.totalCount).toBe(0);
    await injected.logs();
    await injected.close();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});

describeWithPostgres('while the server refuses', () => {
  it('a read-only server is read from, and writes reject whole', async () => {
    await append();
    await administer('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()');
    try {
      const fresh = postgresStore({ connectionString: server.url });
      await expect
        .poll(() => codeOf(fresh.append({ assessments: [assessmentOf({ at: START })], alerts: [] })))
        .toBe('API_SECURITY_STORE_FAILED');
      expect((await fresh.logs({ limit: 1 })).items).toHaveLength(1);
      await fresh.close();
    } finally {
      await administer(
        'BEGIN READ WRITE; COMMIT',
        'SET default_transaction_read_only = off',
        'ALTER SYSTEM RESET default_transaction_read_only',
        'SELECT pg_reload_conf()',
      );
    }
    await expect.poll(() => codeOf(append())).toBe('none');
  });

  it('a full disk rejects the batch whole, and the same batch is stored once there is room', async () => {
    await append();
    const before = await store.statistics();
    // 53100 is what Postgres raises when it cannot extend a file. After the rows, so that there is something to take back.
    await administer(
      `CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
      'CREATE TRIGGER full_disk BEFORE INSERT ON api_security.hours EXECUTE FUNCTION public.full_disk()',
    );
    const batch = { assessments: [assessmentOf({ at: START + 50_000 })], alerts: [] };
    try {
      await expect(store.append(batch)).rejects.toMatchObject({
        code: 'API_SECURITY_STORE_FAILED',
        cause: { code: '53100' },
      });
      expect((await store.logs({ from: START + 50_000 })).total).toBe(0);
    } finally {
      await administer('DROP TRIGGER full_disk ON api_security.hours', 'DROP FUNCTION public.full_disk()');
    }
    await store.append(batch);
    expect((await store.logs({ from: START + 50_000 })).total).toBe(1);
    expect((await store.statistics()).requests).toBe(before.requests + 1);
  });

  it('a statement that takes too long is ended by the server, and its connection goes on', async () => {
    await append();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE api_security.logs IN ACCESS EXCLUSIVE MODE');
    await expect(store.logs()).rejects.toMatchObject({ code: 'API_SECURITY_STORE_FAILED', cause: { code: '57014' } });
    await client.query('ROLLBACK');
    await client.end();
    expect(proxy.connections).toBe(1);
    expect((await store.logs({ limit: 1 })).items).toHaveLength(1);
  });

  it('an assessment with an id that is no UUID, or a time that is none, is refused by name', async () => {
    const wrong = [
      { id: 'x' },
      { id: sampleId(START).toUpperCase().replace('0', 'A') },
      { at: Number.NaN },
      { at: -1 },
      { at: 9e15 },
    ];
    for (const part of wrong) {
      const assessment = { ...assessmentOf(), ...part };
      expect(await codeOf(store.append({ assessments: [assessment], alerts: [] }))).toBe(
        'API_SECURITY_STORE_INPUT_INVALID',
      );
    }
  });
});
