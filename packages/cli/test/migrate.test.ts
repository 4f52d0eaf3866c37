import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPostgres } from '../../postgres/test/describe-with-postgres.js';
import { LocalPostgres } from '../../postgres/test/local-postgres.js';
import { runCaptured } from './run-captured.js';

let server: LocalPostgres;

beforeAll(async () => {
  server = await LocalPostgres.start();
});
afterAll(() => server.stop());

const migrate = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCaptured(['migrate', ...argv], { cwd: '/', env });

describeWithPostgres('migrate', () => {
  it('makes the tables, and has nothing to do the second time', async () => {
    const first = await migrate(['--database-url', server.url]);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^applied 0001_history\.sql\n/);
    expect(first.stdout).toMatch(/schema api_security is at version \d+\n$/);
    const second = await migrate([], { DATABASE_URL: server.url });
    expect(second.stdout).toMatch(/^schema api_security is at version \d+, nothing to do\n$/);
  });

  it('reports to programs', async () => {
    const { stdout } = await migrate(['--database-url', server.url, '--schema', 'other', '--json']);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schema: 'other', version: report.applied.length });
    expect(report.applied[0]).toBe('0001_history.sql');
  });

  it('ends with 2 without a database, and for a schema that is no name', async () => {
    expect(await migrate([])).toMatchObject({ exitCode: 2, stdout: '' });
    const named = await migrate(['--database-url', server.url, '--schema', 'a"; DROP SCHEMA public']);
    expect(named).toMatchObject({ exitCode: 2, stdout: '' });
    expect(named.stderr).toContain('API_SECURITY_OPTION_INVALID');
  });

  it('ends with 5 where no server answers, and does not print the password', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const { exitCode, stdout, stderr } = await migrate([
      '--database-url',
      `postgres://ada:hidden@127.0.0.1:${port}/app`,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toContain('API_SECURITY_STORE_FAILED');
    expect(stderr).not.toContain('hidden');
  });
});
