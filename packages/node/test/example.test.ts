import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Starts the example as its README says, on a free port; it stops when the test is over. */
async function withExample(use: (origin: string) => Promise<void>): Promise<void> {
  const { NODE_OPTIONS: _ofTheTestRunner, ...env } = process.env;
  const example = spawn(process.execPath, [pathOf('../../../examples/node-demo/main.mjs')], {
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(example, 'exit');
  try {
    await use(await addressOf(example));
  } finally {
    example.kill('SIGTERM');
    await exited;
  }
}

async function addressOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const [, origin] = /^listening on (\S+)$/.exec(line) ?? [];
    if (origin === undefined) continue;
    stdout.resume();
    stderr.resume();
    return origin;
  }
  throw new Error(`The example ended before it listened: ${await text(stderr)}`);
}

// `npm test` builds first; a test run in the editor need not.
describe.skipIf(!process.env.CI && !existsSync(pathOf('../dist/index.js')))('examples/node-demo', () => {
  it('answers ordinary requests and rejects attacks, with the models that are shipped', async () => {
    await withExample(async (origin) => {
      const statusOf = async (path: string, init?: RequestInit) => (await fetch(origin + path, init)).status;
      const note = (content: string) => ({ method: 'POST', body: JSON.stringify({ content }) });
      expect(await statusOf('/users?id=42')).toBe(200);
      expect(await statusOf('/users?id=O%27Brien')).toBe(200);
      expect(await statusOf('/notes', note('select a plan from the list'))).toBe(200);
      expect(await statusOf(`/users?id=${encodeURIComponent("1' OR 1=1--")}`)).toBe(403);
      expect(await statusOf('/notes', note("x' UNION SELECT username, password FROM users-- -"))).toBe(403);
    });
  });
});
