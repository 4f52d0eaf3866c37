import type { Reply } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { ATTACK_PATH, json } from './bodies.js';
import { type AdapterHarness, type GuardedApp, withApp } from './harness.js';

const PAGE = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** Clients that are banned, by the policy or by an operator. */
export function turnsAway(test: Test, expect: Expect, harness: AdapterHarness): void {
  const behindProxy = { mode: 'block', trustProxy: 'loopback' } as const;
  const from = (app: GuardedApp, address: string, request: Parameters<GuardedApp['send']>[0]): Promise<Reply> =>
    app.send({ ...request, headers: { ...request.headers, 'x-forwarded-for': address } });
  const ban = (app: GuardedApp) =>
    app.security.bans.ban({ clientKey: '198.51.100.7', forMs: 60_000, reason: 'scraped', by: 'ada' });

  test('a banned client is turned away unread, and told when to come back; others are not', async () => {
    await withApp(harness, { options: behindProxy }, async (app) => {
      await ban(app);
      const { scored, banned } = app.security.counters;
      const reply = await from(app, '198.51.100.7', json({ note: 'tea' }, '/orders'));
      const { code, title } = JSON.parse(reply.text) as { code: string; title: string };
      expect({ status: reply.status, code, title, handled: app.seen.handled }).toEqual({
        status: 403,
        code: 'API_SECURITY_CLIENT_BANNED',
        title: 'Forbidden',
        handled: 0,
      });
      const seconds = Number(reply.headers['retry-after']);
      expect(seconds > 50 && seconds <= 60).toBe(true);
      const page = await from(app, '198.51.100.7', { path: '/', headers: { accept: PAGE } });
      expect({ status: page.status, page: page.text.startsWith('<!doctype html>') }).toEqual({
        status: 403,
        page: true,
      });
      expect(app.security.counters.banned - banned).toBe(2);
      expect(app.security.counters.scored).toBe(scored);
      expect((await from(app, '198.51.100.8', { path: '/orders' })).status).toBe(200);
    });
  });

  test('a banned client is served again when the ban is lifted, and in monitor mode', async () => {
    await withApp(harness, { options: behindProxy }, async (app) => {
      await ban(app);
      expect((await from(app, '198.51.100.7', { path: '/orders' })).status).toBe(403);
      app.security.mode = 'monitor';
      expect((await from(app, '198.51.100.7', { path: '/orders' })).status).toBe(200);
      app.security.mode = 'block';
      await app.security.bans.unban('198.51.100.7');
      expect((await from(app, '198.51.100.7', { path: '/orders' })).status).toBe(200);
    });
  });

  test('a client that is rejected again and again is banned, where the policy says so', async () => {
    const policy = { ban: { rejections: { count: 3, withinMs: 60_000 } } };
    await withApp(harness, { options: { ...behindProxy, policy } }, async (app) => {
      for (let i = 0; i < 3; i++) {
        expect((await from(app, '198.51.100.7', { path: '/orders' })).status).toBe(200);
        expect((await from(app, '198.51.100.7', { path: ATTACK_PATH })).status).toBe(403);
      }
      expect((await from(app, '198.51.100.7', { path: '/orders' })).status).toBe(403);
      expect((await from(app, '198.51.100.8', { path: '/orders' })).status).toBe(200);
    });
  });
}
