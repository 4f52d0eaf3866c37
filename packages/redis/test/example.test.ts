import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalPostgres, missingPostgres } from '../../postgres/test/local-postgres.js';
import { hasRedis, RedisServer, until } from './servers.js';

const EXAMPLE = fileURLToPath(new URL('../../../examples/express-redis-postgres/', import.meta.url));
const WORKERS = 3;
const ATTACK = encodeURIComponent("1' OR 1=1--");

/** What is used of `pg`, which the example has. */
type Pg = { Client: new (options: { connectionString: string }) => PgClient };
interface PgClient {
  connect(): Promise<void>;
  query(statement: string): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}

const missing = (() => {
  const built = ['core', 'express', 'postgres', 'redis'].every((name) =>
    existsSync(new URL(`../../${name}/dist/index.js`, import.meta.url)),
  );
  const what = hasRedis
    ? (missingPostgres() ?? (built ? null : 'the packages are not built (npm test builds them)'))
    : 'no Redis';
  if (what !== null && process.env.CI) throw new Error(`CI cannot start the example: ${what}`);
  if (what !== null) process.stderr.write(`LEFT OUT: the example express-redis-postgres: ${what}\n`);
  return what;
})();

describe.runIf(missing === null)('examples/express-redis-postgres, with the models that are shipped', () => {
  let redis: RedisServer;
  let postgres: LocalPostgres;
  let example: ChildProcess;
  let origin = '';

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([RedisServer.start(), LocalPostgres.start()]);
    const { NODE_OPTIONS: _ofTheTestRunner, ...env } = process.env;
    example = spawn(process.execPath, ['main.mjs'], {
      cwd: EXAMPLE,
      env: {
        ...env,
        PORT: '0',
        WORKERS: String(WORKERS),
        MODE: 'block',
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
        DATABASE_URL: postgres.url,
        // A busy machine must not look like a model that is stuck.
        TIME_MS: '10000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    example.stderr?.on('data', (piece) => {
      said += piece;
    });
    for await (const line of createInterface({ input: example.stdout as NonNullable<ChildProcess['stdout']> })) {
      origin = /^listening on (http:\S+)$/.exec(line)?.[1] ?? '';
      if (origin !== '') break;
    }
    if (origin === '') throw new Error(`The example ended before it listened: ${said}`);
    example.stdout?.resume();
  }, 60_000);

  afterAll(async () => {
    example?.kill('SIGTERM');
    await Promise.all([redis?.stop(), postgres?.stop()]);
  });

  /** On a connection of its own: they take turns over the workers. */
  const ask = async (path: string) => {
    const [response] = (await once(get(origin + path, { agent: false }), 'response')) as [IncomingMessage];
    const { statusCode: status, headers } = response;
    return { status, retryAfter: headers['retry-after'], answer: JSON.parse(await text(response)) };
  };

  it('answers ordinary requests from every worker', async () => {
    const workers = new Set<number>();
    await until(async () => {
      const { status, answer } = await ask("/users?id=O'Brien");
      expect([status, answer.id]).toEqual([200, "O'Brien"]);
      workers.add(answer.worker);
      return workers.size === WORKERS;
    });
  });

  it('rejects attacks, whichever worker gets them, and then the client everywhere', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await ask(`/users?id=${ATTACK}`)).toMatchObject({
        status: 403,
        answer: { code: 'API_SECURITY_REQUEST_REJECTED' },
      });
    }
    await until(async () => (await ask('/users?id=42')).status === 403);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < 3 * WORKERS; i++) {
      expect(await ask('/users?id=42')).toMatchObject({
        status: 403,
        retryAfter: expect.stringMatching(/^\d+$/),
        answer: { code: 'API_SECURITY_CLIENT_BANNED' },
      });
    }
  });

  it('has one alert of it in Postgres', async () => {
    const { Client } = createRequire(EXAMPLE)('pg') as Pg;
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    try {
      const counts = async () => (await client.query('SELECT count FROM api_security.alerts')).rows;
      await until(async () => Number((await counts())[0]?.count) >= 5);
      expect((await counts()).length).toBe(1);
    } finally {
      await client.end();
    }
  });

  it('ends by itself when it is told to', async () => {
    const exited = once(example, 'exit');
    example.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
