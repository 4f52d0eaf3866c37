import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, served } from './served.js';

/** What a browser has to fetch before it can show every page, in bytes, compressed. */
const MAX_SCRIPT_BYTES = 250_000;
const ASSETS = join(import.meta.dirname, '../dist/pages/assets');

describe('the files of the pages', () => {
  let one: Served;
  beforeAll(async () => {
    one = await served();
  });
  afterAll(() => one.close());

  it('are small', () => {
    const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(ASSETS, name))).length, 0);
    expect(scripts.length).toBeGreaterThan(5);
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
  });

  it('come with a policy that allows nothing but themselves, and are not kept but where no data can be', async () => {
    const page = await one.get('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:\/\//);
    const [, script = ''] = /src="\.(\/assets\/[^"]+)"/.exec(page.text) ?? [];
    const { status, headers } = await one.get(script);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ]);
  });

  it('are for those who may look, and nothing else is a file', async () => {
    const stranger = await served({ authorize: () => false });
    expect((await stranger.get('/')).status).toBe(401);
    await stranger.close();
    const blind = await served({ authorize: () => ({ actor: 'ada', can: [] }) });
    expect((await blind.get('/')).status).toBe(403);
    await blind.close();
    for (const path of [
      '/assets/../../package.json',
      '/..%2f..%2fpackage.json',
      '/assets/',
      '/index.html/',
      '/package.json',
    ]) {
      expect({ path, status: await rawStatus(one.url, path) }).toEqual({ path, status: 404 });
    }
    expect((await one.change('POST', '/')).status).toBe(404);
  });
});

/** As it is written: `fetch` would take the dots out of it. */
function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
}
