import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const core = createRequire(pathOf('../../core/package.json'));

function canResolve(name: string): boolean {
  try {
    core.resolve(name);
    return true;
  } catch {
    return false;
  }
}

// `npm test` builds first; a test run in the editor need not. The models need their run time, which some platforms lack.
const isRunnable = existsSync(pathOf('../dist/index.js')) && existsSync(pathOf('../../core/dist/index.js'));

describe.skipIf(!canResolve('onnxruntime-node') || (!process.env.CI && !isRunnable))('the example app', () => {
  let example: ChildProcess;
  let address: string;

  beforeAll(async () => {
    example = spawn(process.execPath, ['main.mjs'], {
      cwd: pathOf('../../../examples/koa-demo'),
      // A busy machine must not look like a model that is stuck.
      env: { ...process.env, PORT: '0', MODE: 'block', TIME_MS: '10000' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    example.stderr?.on('data', (text) => {
      complaints += text;
    });
    address = await new Promise<string>((resolve, reject) => {
      example.once('exit', (code) => reject(new Error(`The example ended with ${code}: ${complaints}`)));
      createInterface({ input: example.stdout! }).on('line', (line) => {
        const [, url] = /^listening on (http:\S+)$/.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
    });
  });

  afterAll(() => {
    example.kill('SIGKILL');
  });

  const order = (value: object) =>
    fetch(`${address}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });

  it('answers plain requests, also those that look a bit like attacks', async () => {
    const answers = [await fetch(`${address}/users?id=42`), await fetch(`${address}/users?id=O'Brien`)];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([{ id: '42' }, { id: "O'Brien" }]);
    const ordered = { note: 'select a plan from the list' };
    expect(await (await order(ordered)).json()).toEqual({ ordered });
  });

  it('rejects attacks in query and body', async () => {
    const answers = [
      await fetch(`${address}/users?id=1' OR 1=1--`),
      await order({ note: "x' UNION SELECT username, password FROM users-- -" }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    }
  });

  it('ends by itself when it is told to', async () => {
    const exited = once(example, 'exit');
    example.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
