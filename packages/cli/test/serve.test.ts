import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../src/main.js';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** Runs `serve` until the test is over. */
async function serving(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  let stdout = '';
  let tell = (): void => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const url = new Promise<string>((resolve) => {
    const sink = {
      write: (text: string) => {
        stdout += text;
        const [, found] = /listening on (\S+)/.exec(stdout) ?? [];
        if (found !== undefined) resolve(found);
      },
    };
    const exit = run(['serve', '--port', '0', ...argv], {
      stdout: sink,
      stderr: { write: () => {} },
      env,
      cwd: '/',
      untilTold: () => told,
    });
    endings.push(async () => {
      tell();
      expect(await exit).toBe(0);
    });
  });
  return url;
}

async function refused(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<[number, string]> {
  const stderr: string[] = [];
  const io = {
    stdout: { write: () => {} },
    stderr: { write: (text: string) => void stderr.push(text) },
    env,
    cwd: '/',
  };
  return [await run(['serve', ...argv], io), stderr.join('')];
}

const TOKEN = 'a token that nobody guesses';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('serve', () => {
  it('scores what an app in any language describes', async () => {
    const url = await serving([]);
    const analyze = async (path: string) => {
      const body = JSON.stringify({ method: 'GET', url: path });
      const answer = await fetch(`${url}/api/analyze`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      return (await answer.json()) as { level: string; category: string | null };
    };
    expect(await analyze("/users?id=1' OR 1=1--")).toMatchObject({ level: 'critical', category: 'sqli' });
    expect(await analyze("/users?name=O'Brien")).toMatchObject({ level: 'low' });
    expect((await fetch(`${url}/api/openapi.json`)).status).toBe(200);
  });

  it('lets in who has the token, and nobody else', async () => {
    const url = await serving(['--host', '0.0.0.0'], { API_SECURITY_TOKEN: TOKEN });
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${url.replace('0.0.0.0', '127.0.0.1')}/api/health`, { headers })).status;
    expect(await status(bearer(TOKEN))).toBe(200);
    const others: Record<string, string>[] = [{}, bearer(`${TOKEN}x`), bearer('x'), { authorization: TOKEN }];
    for (const headers of others) expect(await status(headers)).toBe(401);
  });

  it('without a token is for this machine, by its own names', async () => {
    const url = new URL(await serving([]));
    const status = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port: url.port, path: '/api/health', headers: { host } });
        sent.on('response', (response) => resolve(response.resume().statusCode ?? 0));
        sent.on('error', reject).end();
      });
    expect(await status(`localhost:${url.port}`)).toBe(200);
    expect(await status('127.0.0.1')).toBe(200);
    expect(await status('rebound.example')).toBe(401);
    expect(await status('127.0.0.1.rebound.example')).toBe(401);
  });

  it('does not start open to the network, with a token that is easily guessed, or on no port', async () => {
    expect(await refused(['--host', '0.0.0.0'])).toMatchObject([2, expect.stringContaining('needs a token')]);
    expect(await refused(['--token', 'short'])).toMatchObject([2, expect.stringContaining('16 characters')]);
    expect(await refused(['--port', 'http'])).toMatchObject([2, expect.stringContaining('--port')]);
  });
});
