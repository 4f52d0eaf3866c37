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

  it('lets a browser in that has shown the token once', async () => {
    const url = await serving([], { API_SECURITY_TOKEN: TOKEN });
    const shown = (token: string) => fetch(`${url}/?token=${encodeURIComponent(token)}`, { redirect: 'manual' });
    const wrong = await shown('another one, as long as it');
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
    const right = await shown(TOKEN);
    const cookie = right.headers.get('set-cookie') ?? '';
    expect([right.status, right.headers.get('location')]).toEqual([303, '/']);
    expect(cookie).toMatch(/^api-security=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(cookie).not.toContain(TOKEN);
    const own = { cookie: cookie.split(';')[0] ?? '' };
    const page = await fetch(`${url}/`, { headers: own });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const { csrfToken } = (await (await fetch(`${url}/api/session`, { headers: own })).json()) as { csrfToken: string };
    const ban = (headers: Record<string, string>) =>
      fetch(`${url}/api/bans`, {
        method: 'POST',
        headers: { ...own, ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ clientKey: 'mallory', forMs: 60_000, reason: 'a test' }),
      });
    expect((await ban({})).status).toBe(403);
    expect((await ban({ 'x-csrf-token': csrfToken })).status).toBe(200);
    expect((await fetch(`${url}/`, { headers: { cookie: `api-security=${'x'.repeat(43)}` } })).status).toBe(401);
  });

  it('lives through targets that are no URLs', async () => {
    const url = await serving([], { API_SECURITY_TOKEN: TOKEN });
    const { hostname, port } = new URL(url);
    for (const path of ['//', '/?token', '/?token=%', '/?token=a&token=b', '///?token=x', '/\\']) {
      const status = await new Promise((resolve, reject) => {
        const sent = request({ hostname, port, path }, (response) => resolve(response.resume().statusCode));
        sent.on('error', reject).end();
      });
      expect({ path, status }).toEqual({ path, status: 401 });
    }
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
