import { storeSuite } from '@api-security/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStore } from '../src/index.js';
import { describeWithPostgres } from './describe-with-postgres.js';
import { freePort, LocalPostgres } from './local-postgres.js';

let server: LocalPostgres | null = null;
let url = process.env.DATABASE_URL ?? '';
let schemas = 0;

beforeAll(async () => {
  if (url !== '') return;
  server = await LocalPostgres.start();
  url = server.url;
});

afterAll(() => server?.stop());

/** A schema that nobody has used. */
const newSchema = () => `suite_${process.pid}_${schemas++}`;

const describeStore = url === '' ? describeWithPostgres : describe;

describeStore('the Postgres store', () => {
  storeSuite(test, expect, () => postgresStore({ connectionString: url, schema: newSchema(), migrate: 'auto' }), {
    down: async () => postgresStore({ connectionString: `postgres://postgres@127.0.0.1:${await freePort()}/postgres` }),
  });
});
