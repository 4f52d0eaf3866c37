import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whether the models have what runs them, which some platforms lack. */
function hasRuntime(): boolean {
  try {
    createRequire(pathOf('../../core/package.json')).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
}

// `npm test` builds first; a test run in the editor need not.
const isBuilt = ['../dist/index.js', '../../core/dist/index.js'].every((path) => existsSync(pathOf(path)));

describe.runIf(hasRuntime() && (isBuilt || process.env.CI))('the example app, with the models that are shipped', () => {
  let example: ChildProcess;
  let address: string;

  beforeAll(async () => {
    example = spawn(process.execPath, ['main.mjs'], {
      cwd: pathOf('../../../examples/fastify-demo'),
      // A busy machine must not look like a model that is stuck.
      env: { ...process.env, PORT: '0', MODE: 'block', TIME_MS: '10000' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const complaints: string[] = [];
    example.stderr?.on('data', (text) => complaints.push(String(text)));
    const ended = once(example, 'exit').then(([code]) => {
      throw new Error(`The example ended with ${code}. ${complaints.join('')}`);
    });
    const lines = createInterface({ input: example.stdout! });
    const listening = new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        const [, url] = /^listening on (http:\S+)$/.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
    });
    ended.catch(() => {});
    address = await Promise.race([listening, ended]);
  });

  afterAll(() => {
    example.kill('SIGKILL');
  });

  const statusOf = async (path: string, body?: object): Promise<number> => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${address}${path}`, body && json);
    await response.arrayBuffer();
    return response.status;
  };

  it('answers plain requests, also those that look a bit like attacks', async () => {
    const plain = await fetch(`${address}/articles?id=42`);
    expect([plain.status, await plain.json()]).toEqual([200, { id: '42', level: 'low' }]);
    expect(await statusOf("/articles?id=O'Brien")).toBe(200);
    expect(await statusOf('/articles', { text: 'select a plan from the list' })).toBe(200);
  });

  it('rejects an attack in the query', async () => {
    const rejected = await fetch(`${address}/articles?id=1' OR 1=1--`);
    expect([rejected.status, rejected.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(await rejected.json()).toMatchObject({ code: 'API_SECURITY_REQUEST_REJECTED' });
  });

  it('rejects an attack in the body, except where its route is exempt', async () => {
    const attack = "x' UNION SELECT username, password FROM users-- -";
    expect(await statusOf('/articles', { text: attack })).toBe(403);
    expect(await statusOf('/manuals', { text: attack })).toBe(200);
    expect(await statusOf('/manuals', { title: attack })).toBe(403);
  });

  it('ends by itself when it is told to', async () => {
    const exited = once(example, 'exit');
    example.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
