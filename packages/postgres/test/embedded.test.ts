import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeSuite } from '@api-security/core/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { embeddedPostgresStore } from '../src/index.js';

const dataDir = mkdtempSync(join(tmpdir(), 'api-security-embedded-'));
let schemas = 0;
/** Keeps the server between the tests. */
const keeper = embeddedPostgresStore({ dataDir });

beforeAll(async () => {
  await keeper.logs();
}, 60_000);

afterAll(async () => {
  await keeper.close();
  expect(readdirSync(join(dataDir, 'cluster'))).not.toContain('postmaster.pid');
  rmSync(dataDir, { recursive: true });
});

describe('the store on an embedded Postgres', () => {
  storeSuite(test, expect, () => embeddedPostgresStore({ dataDir, schema: `suite_${schemas++}` }));
});

describe('an embedded server', () => {
  it('is shared by all who name its directory, and stopped by the last of them, also when they leave at once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'api-security-shared-'));
    const stores = Array.from({ length: 3 }, () => embeddedPostgresStore({ dataDir: directory }));
    await Promise.all(stores.map((store) => store.logs()));
    const isRunning = () => readdirSync(join(directory, 'cluster')).includes('postmaster.pid');
    await stores[0]?.close();
    expect(isRunning()).toBe(true);
    await Promise.all(stores.map((store) => store.close()));
    expect(isRunning()).toBe(false);
    // And found again as it was.
    const again = embeddedPostgresStore({ dataDir: directory });
    expect((await again.logs()).total).toBe(0);
    await again.close();
    rmSync(directory, { recursive: true });
  });

  it('is not looked for where the options make no sense', () => {
    expect(() => embeddedPostgresStore({ dataDir: '' })).toThrow('API_SECURITY_OPTION_INVALID');
    expect(() => embeddedPostgresStore({ dataDir: '/x', port: 70_000 })).toThrow('API_SECURITY_OPTION_INVALID');
    expect(() => embeddedPostgresStore({ dataDir: '/x', connectionString: 'postgres://a' } as never)).toThrow(
      'API_SECURITY_OPTION_UNKNOWN',
    );
  });
});
