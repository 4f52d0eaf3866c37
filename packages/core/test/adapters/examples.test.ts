import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from './adapters.js';

/** A request: with a body it is a POST of JSON. */
type Asked = readonly [path: string, body?: object];

/** An example app, and what is peculiar to it. */
interface Example {
  readonly name: string;
  readonly adapter: string;
  readonly start?: readonly string[];
  /** Answers with the `id` of its query, and what else it says. */
  readonly read: string;
  readonly also?: object;
  /** Takes a field of JSON; answers this to the first one. */
  readonly write: readonly [path: string, field: string];
  readonly written: (body: object) => unknown;
  /** Status by request, where it is not what the mode says. */
  readonly others?: readonly (readonly [status: number, ...Asked])[];
  /** How it ends when it is told to. */
  readonly exit: readonly [code: number | null, signal: string | null];
}

const ATTACK = "x' UNION SELECT username, password FROM users-- -";
const QUERY_ATTACK = "1' OR 1=1--";
const ORDINARY = 'select a plan from the list';
const QUIETLY: Example['exit'] = [0, null];

const COUNTED = { read: '/users', write: ['/notes', 'content'], written: () => ({ count: 1 }) } as const;
const ORDERED = { read: '/users', write: ['/orders', 'note'], written: (ordered: object) => ({ ordered }) } as const;

const EXAMPLES: readonly Example[] = [
  { name: 'koa-demo', adapter: 'koa', ...ORDERED, exit: QUIETLY },
  { name: 'hono-demo', adapter: 'hono', ...COUNTED, exit: QUIETLY },
  { name: 'node-demo', adapter: 'node', ...COUNTED, exit: QUIETLY },
  { name: 'express-basic', adapter: 'express', start: ['app.mjs'], ...ORDERED, exit: QUIETLY },
  {
    name: 'fastify-demo',
    adapter: 'fastify',
    read: '/articles',
    also: { level: 'low' },
    write: ['/articles', 'text'],
    written: (published) => ({ published }),
    // Its route for manuals is exempt in one field.
    others: [
      [200, '/manuals', { text: ATTACK }],
      [403, '/manuals', { title: ATTACK }],
    ],
    exit: QUIETLY,
  },
  {
    name: 'nestjs-demo',
    adapter: 'nestjs',
    start: ['--import', 'tsx', 'main.ts'],
    ...ORDERED,
    // Decorated to be watched only, and to be left alone.
    others: [
      [201, `/questions?note=${QUERY_ATTACK}`, {}],
      [200, `/health?note=${QUERY_ATTACK}`],
    ],
    // Nest ends by the signal that it was told to end with.
    exit: [null, 'SIGTERM'],
  },
];

/** Whether the models have what runs them, which some platforms lack. */
function hasRuntime(): boolean {
  try {
    createRequire(pathOf('packages', 'core', 'package.json')).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
}

// `npm test` builds first; a test run in the editor need not.
const isBuilt = (adapter: string): boolean =>
  process.env.CI !== undefined ||
  ['core', adapter].every((name) => existsSync(pathOf('packages', name, 'dist', 'index.js')));

type Running = ChildProcessByStdio<null, Readable, Readable>;

async function addressOf({ stdout, stderr }: Running): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const [, origin] = /^listening on (http:\S+)$/.exec(line) ?? [];
    if (origin === undefined) continue;
    stdout.resume();
    stderr.resume();
    return origin;
  }
  throw new Error(`The example ended before it listened: ${await text(stderr)}`);
}

for (const { name, adapter, start = ['main.mjs'], read, also, write, written, others = [], exit } of EXAMPLES) {
  describe.runIf(hasRuntime() && isBuilt(adapter))(`examples/${name}, with the models that are shipped`, () => {
    let example: Running;
    let origin: string;

    beforeAll(async () => {
      const { NODE_OPTIONS: _ofTheTestRunner, ...env } = process.env;
      example = spawn(process.execPath, start, {
        cwd: pathOf('examples', name),
        // A busy machine must not look like a model that is stuck.
        env: { ...env, PORT: '0', MODE: 'block', TIME_MS: '10000' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      origin = await addressOf(example);
    });

    afterAll(() => {
      example.kill('SIGKILL');
    });

    const ask = async (...[path, body]: Asked) => {
      const headers = { 'content-type': 'application/json' };
      const posted = body && { method: 'POST', headers, body: JSON.stringify(body) };
      const response = await fetch(origin + path, posted);
      const type = response.headers.get('content-type');
      return { status: response.status, type, answer: type?.includes('json') ? await response.json() : null };
    };
    const [path, field] = write;

    it('answers plain requests, also those that look a bit like attacks', async () => {
      expect((await ask(`${read}?id=42`)).answer).toEqual({ id: '42', ...also });
      expect((await ask(`${read}?id=O'Brien`)).answer).toMatchObject({ id: "O'Brien" });
      const body = { [field]: ORDINARY };
      expect((await ask(path, body)).answer).toEqual(written(body));
    });

    it('rejects attacks in query and body', async () => {
      for (const { status, type, answer } of [
        await ask(`${read}?id=${QUERY_ATTACK}`),
        await ask(path, { [field]: ATTACK }),
      ]) {
        expect({ status, type }).toEqual({ status: 403, type: 'application/problem+json' });
        expect(answer).toMatchObject({ code: 'API_SECURITY_REQUEST_REJECTED' });
      }
    });

    for (const [status, ...asked] of others) {
      it(`answers ${asked[0]} with ${status}, as its route says`, async () => {
        expect((await ask(...asked)).status).toBe(status);
      });
    }

    it('ends by itself when it is told to', async () => {
      const exited = once(example, 'exit');
      example.kill('SIGTERM');
      expect(await exited).toEqual(exit);
    });
  });
}
