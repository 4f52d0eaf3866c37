import type { Assessment, AuditEntry } from '@api-security/core';
import { alertOf, assessmentOf, auditOf, sampleId } from '@api-security/core/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { migratePostgres, type PostgresStore, type PostgresStoreOptions, postgresStore } from '../src/index.js';
import { codeOf } from './code-of.js';
import { describeWithPostgres } from './describe-with-postgres.js';
import { LocalPostgres } from './local-postgres.js';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let server: LocalPostgres;
let admin: pg.Client;
let schema: string;
let stores: PostgresStore[] = [];
let schemas = 0;

beforeAll(async () => {
  server = await LocalPostgres.start();
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});
beforeEach(() => {
  schema = `tables_${schemas++}`;
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
});

function open(options: Partial<PostgresStoreOptions> = {}): PostgresStore {
  const store = postgresStore({ connectionString: server.url, schema, migrate: 'auto', ...options });
  stores.push(store);
  return store;
}

const tables = async (prefix: string) =>
  (
    await admin.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename LIKE $2 ORDER BY 1', [
      schema,
      `${prefix}\\_%`,
    ])
  ).rows.map(({ tablename }) => tablename);

describeWithPostgres('migrations', () => {
  it('a database that is not migrated is named at first use, with the command; the next call finds it migrated', async () => {
    const store = open({ migrate: 'never' });
    const refused = store.logs();
    expect(await codeOf(refused)).toBe('API_SECURITY_STORE_NOT_MIGRATED');
    await expect(refused).rejects.toThrow(`api-security migrate --database-url … --schema ${schema}`);
    expect((await admin.query('SELECT to_regnamespace($1) AS there', [schema])).rows).toEqual([{ there: null }]);
    await migratePostgres({ connectionString: server.url, schema });
    expect((await store.logs()).total).toBe(0);
  });

  it('run once, whoever begins them', async () => {
    const reports = await Promise.all(
      Array.from({ length: 6 }, () => migratePostgres({ connectionString: server.url, schema })),
    );
    const files = reports.flatMap(({ applied }) => applied).sort();
    expect(files.length).toBeGreaterThan(0);
    expect(new Set(files).size).toBe(files.length);
    expect(new Set(reports.map(({ version }) => version)).size).toBe(1);
  });

  it('are undone as a whole where one fails, and can be run again', async () => {
    await admin.query(`CREATE SCHEMA ${schema}`);
    await admin.query(`CREATE TABLE ${schema}.hours (mine int)`);
    expect(await codeOf(migratePostgres({ connectionString: server.url, schema }))).toBe('API_SECURITY_STORE_FAILED');
    expect(await tables('logs')).toEqual([]);
    await admin.query(`DROP TABLE ${schema}.hours`);
    await migratePostgres({ connectionString: server.url, schema });
    expect((await open().logs()).total).toBe(0);
  });

  it('a database of a later version is used as it is', async () => {
    await migratePostgres({ connectionString: server.url, schema });
    await admin.query(`INSERT INTO ${schema}.migrations (version, name) VALUES (9999, 'later')`);
    expect((await open({ migrate: 'never' }).logs()).total).toBe(0);
  });
});

describeWithPostgres('options', () => {
  it.each([
    [{}, 'API_SECURITY_OPTION_INVALID'],
    [{ connectionString: 'postgres://a', pool: {} }, 'API_SECURITY_OPTION_INVALID'],
    [{ connectionString: 'postgres://a', schema: 'x; DROP TABLE y' }, 'API_SECURITY_OPTION_INVALID'],
    [{ connectionString: 'postgres://a', retention: { logDays: 0 } }, 'API_SECURITY_OPTION_INVALID'],
    [{ connectionString: 'postgres://a', retention: { days: 3 } }, 'API_SECURITY_OPTION_UNKNOWN'],
    [{ connectionString: 'postgres://a', conectMs: 3 }, 'API_SECURITY_OPTION_UNKNOWN'],
  ])('%j are refused with %s', (options, code) => {
    expect(() => postgresStore(options as PostgresStoreOptions)).toThrow(code);
  });

  it('a store that is made and closed has connected to nothing', async () => {
    await postgresStore({ connectionString: 'postgres://nobody@192.0.2.1/nothing' }).close();
  });
});

describeWithPostgres('writers', () => {
  it('four at once store each row once and keep the sums exact, also where their batches overlap', async () => {
    const rows = Array.from({ length: 600 }, (_, i) =>
      assessmentOf({ at: START + i * 60_000, level: i % 3 ? 'low' : 'high', score: 0.5 }),
    );
    const writers = Array.from({ length: 4 }, () => open());
    await writers[0]?.logs();
    await Promise.all(
      writers.map(async (store, w) => {
        // Every batch is also sent by the next writer, in another order.
        for (let i = 0; i < rows.length; i += 50) {
          const batch = rows.slice(i, i + 50);
          const alerts = batch.map((assessment) => alertOf({ assessment, count: w + 1 }));
          await store.append({
            assessments: w % 2 ? batch.toReversed() : batch,
            alerts: w % 2 ? alerts.toReversed() : alerts,
          });
        }
      }),
    );
    const store = open();
    expect((await store.logs()).total).toBe(600);
    const alerts = await store.alerts({ limit: 200 });
    expect(alerts.total).toBe(600);
    expect(new Set(alerts.items.map(({ count }) => count))).toEqual(new Set([4]));
    const sums = {
      requests: 600,
      threats: 200,
      rejected: 0,
      meanScore: 0.5,
      levels: { low: 400, medium: 0, high: 200, critical: 0 },
    };
    expect(await store.statistics()).toMatchObject(sums);
    expect((await store.hourly()).map(({ requests }) => requests)).toEqual(Array.from({ length: 10 }, () => 60));
  });

  it('instances add to an hour apart from each other', async () => {
    for (let i = 0; i < 8; i++) await open().append({ assessments: [assessmentOf({ at: START + i })], alerts: [] });
    expect(Number((await admin.query(`SELECT count(*) FROM ${schema}.hours`)).rows[0].count)).toBeGreaterThan(1);
    expect((await open().statistics()).requests).toBe(8);
  });
});

describeWithPostgres('parts of the tables', () => {
  it('are made for rows of any day and month, beside one another', async () => {
    const ats = [0, START - 1, START, START + 40 * DAY, Date.UTC(9999, 11, 31)];
    const rows = ats.map((at) => assessmentOf({ at }));
    await Promise.all(rows.map((row) => open().append({ assessments: [row], alerts: [alertOf({ assessment: row })] })));
    expect((await open().logs()).items.map(({ at }) => at)).toEqual(ats.toReversed());
    expect((await open().alerts()).items.map(({ firstAt }) => firstAt)).toEqual(ats.toReversed());
    expect(await tables('logs')).toEqual([
      'logs_1970_01_01',
      'logs_2025_12_31',
      'logs_2026_01_01',
      'logs_2026_02_10',
      'logs_9999_12_31',
    ]);
    expect(await tables('alerts')).toEqual([
      'alerts_1970_01',
      'alerts_2025_12',
      'alerts_2026_01',
      'alerts_2026_02',
      'alerts_9999_12',
    ]);
  });

  it('of whole days are dropped by a purge, which other instances survive', async () => {
    const [one, other] = [open(), open()] as const;
    const day = (n: number) => assessmentOf({ at: START + n * DAY });
    await one.append({ assessments: [day(0), day(1), day(2)], alerts: [] });
    expect(await other.purge({ before: START + 2 * DAY })).toBe(2);
    expect(await tables('logs')).toEqual(['logs_2026_01_03']);
    await one.append({ assessments: [day(0)], alerts: [] });
    expect((await other.logs()).total).toBe(2);
  });

  it('are made ahead of time by maintenance', async () => {
    await open().maintain();
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '_');
    expect(await tables('logs')).toContain(`logs_${today}`);
    expect(await tables('logs')).toHaveLength(3);
  });
});

describeWithPostgres('retention', () => {
  it('deletes low rows, rows and alerts after their days, and keeps the sums', async () => {
    const store = open({ retention: { lowDays: 2, logDays: 10, alertDays: 60 } });
    const ago = (days: number, partial: Partial<Assessment> = {}) =>
      assessmentOf({ at: Date.now() - days * DAY, ...partial });
    const rows = [ago(0.1, { level: 'low' }), ago(5), ago(5.1, { level: 'low' }), ago(20)];
    const alerts = [ago(50), ago(120)].map((assessment) => alertOf({ assessment }));
    const grown = { ...alertOf({ assessment: ago(121) }), lastAt: Date.now() };
    await store.append({ assessments: rows, alerts: [...alerts, grown] });
    await store.maintain();
    expect((await store.logs()).items.map(({ id }) => id)).toEqual([rows[0]?.id, rows[1]?.id]);
    expect((await store.alerts()).items.map(({ id }) => id)).toEqual([alerts[0]?.id, grown.id]);
    expect((await store.statistics()).requests).toBe(4);
  });

  it('keeps audit entries for a year, however short it is', async () => {
    const store = open({ retention: { logDays: 1, alertDays: 1, statisticsDays: 1 } });
    const [old, kept] = [366, 364].map((days) => auditOf({ at: Date.now() - days * DAY }));
    await store.audit(old as AuditEntry);
    await store.audit(kept as AuditEntry);
    await store.maintain();
    expect((await store.audits()).items).toEqual([kept]);
  });

  it('is off when it is told so', async () => {
    const store = open({ retention: false });
    await store.append({ assessments: [assessmentOf({ at: 0 })], alerts: [] });
    await store.audit(auditOf({ at: 0 }));
    await store.maintain();
    expect((await store.logs()).total).toBe(1);
    expect((await store.audits()).total).toBe(1);
  });
});

describeWithPostgres('queries', () => {
  it('count no further than 1,000, and say so', async () => {
    const store = open();
    const rows = Array.from({ length: 1_001 }, (_, i) => assessmentOf({ id: sampleId(START + i), at: START + i }));
    await store.append({ assessments: rows.slice(1), alerts: [] });
    expect(await store.logs({ limit: 1 })).toMatchObject({ total: 1_000, isTotalExact: true });
    expect(await store.logs({ limit: 1, path: '/users' })).toMatchObject({ total: 1_000, isTotalExact: true });
    await store.append({ assessments: rows.slice(0, 1), alerts: [] });
    expect(await store.logs({ limit: 1 })).toMatchObject({ total: 1_000, isTotalExact: false });
    // Too many to be kept as a list: read in the order of time.
    const found = await store.logs({ limit: 3, path: '/USERS' });
    expect(found).toMatchObject({ total: 1_000, isTotalExact: false, items: rows.slice(-3).toReversed() });
    const next = await store.logs({ limit: 2, path: '/users', cursor: found.next as string });
    expect(next.items).toEqual(rows.slice(-5, -3).toReversed());
  });

  it('find texts in days with an index and in days without one, page by page', async () => {
    const store = open({ retention: false });
    const needle = (at: number) =>
      assessmentOf({ at, request: { ...assessmentOf().request, path: '/a/Nadel\u0000\ud800' } });
    const rows = [0, 1, 2, 3].map((i) => needle(START + i * DAY));
    await store.append({ assessments: [...rows.slice(0, 3), assessmentOf({ at: START + 7 })], alerts: [] });
    await store.maintain();
    await store.append({ assessments: rows.slice(3), alerts: [] });
    const indexes = await admin.query(
      "SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND indexname LIKE '%search'",
      [schema],
    );
    expect(indexes.rows).toHaveLength(3);
    for (const query of [{ path: '/nadel\u0000' }, { text: 'NADEL\u0000\ud800' }, { text: 'l\u0000\ud800' }]) {
      const first = await store.logs({ ...query, limit: 3 });
      expect(first).toMatchObject({ total: 4, items: rows.slice(1).toReversed() });
      expect((await store.logs({ ...query, limit: 3, cursor: first.next as string })).items).toEqual(rows.slice(0, 1));
    }
    expect((await store.logs({ text: 'nadel\udfff' })).total).toBe(0);
  });

  it('find a text that was frequent once, long before the newest rows', async () => {
    const store = open({ retention: false });
    const at = (day: number, i: number) => START + day * DAY + i;
    const needle = (day: number, i: number) =>
      assessmentOf({
        id: sampleId(at(day, i)),
        at: at(day, i),
        request: { ...assessmentOf().request, path: '/needle' },
      });
    const other = (day: number, i: number) => assessmentOf({ id: sampleId(at(day, i)), at: at(day, i) });
    const many = Array.from({ length: 1_100 }, (_, i) => needle(0, i));
    const few = Array.from({ length: 3 }, (_, i) => needle(2, i));
    const newest = Array.from({ length: 20_010 }, (_, i) => other(4, i));
    for (const assessments of [many, few, newest]) await store.append({ assessments, alerts: [] });
    await store.maintain();
    const expected = [...few.toReversed(), ...many.toReversed()];
    const first = await store.logs({ path: '/needle', limit: 5 });
    expect(first).toMatchObject({ total: 1_000, isTotalExact: false, items: expected.slice(0, 5) });
    expect((await store.logs({ path: '/needle', limit: 5, cursor: first.next as string })).items).toEqual(
      expected.slice(5, 10),
    );
    const bounded = { path: '/needle', limit: 5, from: START + 50, to: at(2, 1) };
    expect((await store.logs(bounded)).items).toEqual(expected.slice(2, 7));
    const ids: string[] = [];
    for await (const { id } of store.stream({ path: '/needle' })) ids.push(id);
    expect(ids).toEqual(expected.map(({ id }) => id));
  });

  it('take texts that are too long for an index', async () => {
    const store = open();
    const long = 'ä'.repeat(50_000);
    const row = assessmentOf({
      tenant: long,
      client: { key: long, address: `${long}1` },
      request: { ...assessmentOf().request, method: long },
    });
    await store.append({ assessments: [row], alerts: [alertOf({ assessment: row })] });
    expect((await store.logs({ tenant: long, clientKey: long, address: `${long}1`, method: long })).items).toEqual([
      row,
    ]);
    expect((await store.logs({ address: long })).items).toEqual([]);
    expect((await store.alerts({ clientKey: long })).items[0]?.assessment).toEqual(row);
  });

  it('give no hour to a tenant whose name is part of another', async () => {
    const store = open();
    await store.append({
      assessments: [assessmentOf({ tenant: '' }), assessmentOf({ at: START + 1, tenant: null })],
      alerts: [],
    });
    expect((await store.statistics({ tenant: '' })).requests).toBe(1);
    expect((await store.hourly({ tenant: null })).map(({ requests }) => requests)).toEqual([1]);
  });
});
