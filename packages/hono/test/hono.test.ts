import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiSecurityOptions, Assessment } from '@api-security/core';
import { askEach } from '@api-security/core/testing';
import { type HttpBindings, serve, type WebSocketServerLike } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { describe, expect, it } from 'vitest';
import apiSecurityByDefault, { apiSecurity } from '../src/index.js';
import { sendRaw, served, withSecurity } from './served.js';

const ATTACK = "x' or 1=1 --";
const ATTACK_PATH = `/users?id=${encodeURIComponent(ATTACK)}`;

/** Asks for paths one after the other. */
async function ask(app: Parameters<typeof served>[0], ...paths: string[]) {
  let answers: Awaited<ReturnType<typeof askEach>> = [];
  await served(app, async (origin) => {
    answers = await askEach(origin, paths);
  });
  return answers;
}

describe('where it is used', () => {
  it('guards a whole app, a path, a mounted app or a single route', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const mounted = new Hono().use(security).get('/users', (c) => c.text('mounted'));
      const app = new Hono()
        .use('/under/*', security)
        .get('/under/users', (c) => c.text('under'))
        .route('/mounted', mounted)
        .get('/users', (c) => c.text('open'))
        .get('/route/users', security, (c) => c.text(c.get('apiSecurity')?.level ?? 'none'));
      expect(await ask(app, '/under/users', '/mounted/users', '/users', '/route/users')).toEqual(
        ['under', 'mounted', 'open', 'low'].map((text) => ({ status: 200, text })),
      );
      const attacks = await ask(
        app,
        `/under${ATTACK_PATH}`,
        `/mounted${ATTACK_PATH}`,
        ATTACK_PATH,
        `/route${ATTACK_PATH}`,
      );
      expect(attacks.map(({ status }) => status)).toEqual([403, 403, 200, 403]);
    });
  });

  it('can be stricter under a path', async () => {
    await withSecurity({}, async (security) => {
      const app = new Hono()
        .use(security)
        .use('/admin/*', apiSecurity(security, { mode: 'block' }))
        .get('*', (c) => c.text('served'));
      const answers = await ask(app, ATTACK_PATH, `/admin${ATTACK_PATH}`, '/admin/users');
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 200]);
      expect(security.counters.requests).toBe(3);
    });
  });

  it('leaves the assessment to error handlers', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono().use(security).get('/users', () => {
        throw new Error("the host's own");
      });
      app.onError((_error, c) => c.text(c.get('apiSecurity')?.level ?? 'none', 500));
      expect(await ask(app, '/users')).toEqual([{ status: 500, text: 'low' }]);
    });
  });

  it("tells the client option of Hono's context", async () => {
    const client = (_request: unknown, c: unknown) => (c as Context).req.header('x-account');
    await withSecurity({ client }, async (security) => {
      const app = new Hono().use(security).get('/users', (c) => c.text('users'));
      const assessed = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
      await served(app, async (origin) => {
        await fetch(`${origin}/users`, { headers: { 'x-account': 'ada' } });
        expect((await assessed).client.key).toBe('ada');
      });
    });
  });
});

describe('a rejection', () => {
  it('is a response to the middleware in front, which may add to it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const statuses: number[] = [];
      const app = new Hono()
        .use(cors({ origin: 'https://shop.example.com' }))
        .use(async (c, next) => {
          c.header('x-served-by', 'tea');
          c.header('etag', '"of another body"');
          c.header('content-encoding', 'gzip');
          await next();
          statuses.push(c.res.status);
        })
        .use(security)
        .get('/users', (c) => c.text('users'));
      await served(app, async (origin) => {
        const response = await fetch(origin + ATTACK_PATH, { headers: { origin: 'https://shop.example.com' } });
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
          'access-control-allow-origin': 'https://shop.example.com',
          'x-served-by': 'tea',
        });
        expect([response.headers.get('etag'), response.headers.get('content-encoding')]).toEqual([null, null]);
        const { status, code } = JSON.parse(await response.text());
        expect({ status, code }).toEqual({ status: 403, code: 'API_SECURITY_REQUEST_REJECTED' });
      });
      expect(statuses).toEqual([403]);
    });
  });

  it('has no body for HEAD', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono().use(security).get('/users', (c) => c.text('users'));
      await served(app, async (origin) => {
        const response = await fetch(origin + ATTACK_PATH, { method: 'HEAD' });
        expect({ status: response.status, text: await response.text() }).toEqual({ status: 403, text: '' });
        expect(response.headers.get('content-type')).toBe('application/problem+json');
      });
    });
  });

  it('closes the connection of a client that is still sending its body', async () => {
    await withSecurity({ mode: 'block', limits: { bodyMs: 50 } }, async (security) => {
      const app = new Hono().use(security).post('/users', (c) => c.text('users'));
      await served(app, async (_origin, port) => {
        const head = `POST ${ATTACK_PATH} HTTP/1.1\r\nhost: app.test\r\ncontent-length: 9000\r\n\r\n`;
        const answer = (await sendRaw(port, `${head}the beginning`)).toLowerCase();
        expect(answer).toMatch(/^http\/1\.1 403 /);
        expect(answer).toContain('\r\nconnection: close\r\n');
      });
    });
  });

  it('does not come after an answer that somebody gave meanwhile', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono<{ Bindings: HttpBindings }>()
        .use(cors())
        .use(async (c, next) => {
          const going = next();
          c.env.outgoing.writeHead(202, { connection: 'close' }).end('accepted');
          await going;
        })
        .use(security)
        .get('/users', (c) => c.text('users'));
      await served(app, async (_origin, port) => {
        const answer = await sendRaw(port, `GET ${ATTACK_PATH} HTTP/1.1\r\nhost: app.test\r\n\r\n`);
        expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 202']);
        expect(answer.endsWith('\r\naccepted\r\n0\r\n\r\n')).toBe(true);
      });
      expect(security.counters).toMatchObject({ rejected: 0, late: 1, errors: 0 });
    });
  });
});

describe('without a Node request', () => {
  it('passes, and says so', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const errors: unknown[] = [];
      security.on('error', (error) => errors.push(error));
      const app = new Hono().use(security).get('/users', (c) => c.text(String(c.get('apiSecurity'))));
      const response = await app.request(ATTACK_PATH);
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: 'null' });
      expect(errors).toEqual([expect.objectContaining({ code: 'API_SECURITY_REQUEST_INVALID' })]);
      expect(security.counters).toMatchObject({ unscored: 1, errors: 1 });
    });
  });

  it('is silent when it is off', async () => {
    await withSecurity({ mode: 'off' }, async (security) => {
      const app = new Hono().use(security).get('/users', (c) => c.text('users'));
      expect((await app.request('/users')).status).toBe(200);
      expect(security.counters).toMatchObject({ unscored: 0, errors: 0 });
    });
  });
});

describe('the handshake of a WebSocket', () => {
  it('is guarded by attach, and passes the middleware by', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono().use(security).get('*', (c) => c.text('no sockets here', 426));
      const sockets: WebSocketServerLike = {
        options: { noServer: true },
        on: () => sockets,
        off: () => sockets,
        emit: () => false,
        handleUpgrade: () => {},
        close: () => {},
      };
      const server = serve({
        fetch: app.fetch,
        port: 0,
        hostname: '127.0.0.1',
        websocket: { server: sockets },
      }) as Server;
      await once(server, 'listening');
      const shake = async (path: string) => {
        const head = `GET ${path} HTTP/1.1\r\nhost: app.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
        return (await sendRaw((server.address() as AddressInfo).port, head)).split('\r\n', 1)[0];
      };
      expect(await shake(ATTACK_PATH)).toBe('HTTP/1.1 426 Upgrade Required');
      security.attach(server);
      expect(await shake('/users')).toBe('HTTP/1.1 426 Upgrade Required');
      expect(await shake(ATTACK_PATH)).toBe('HTTP/1.1 403 Forbidden');
      expect(security.counters).toMatchObject({ rejected: 1, unscored: 0, errors: 0 });
      server.close();
    });
  });
});

describe('the middleware is also the engine', () => {
  it('has every member of the engine', async () => {
    await withSecurity({}, async (security) => {
      expect(security.options).toBe(security.security.options);
      security.mode = 'block';
      expect(security.security.mode).toBe('block');
      expect((await security.analyze({ method: 'GET', url: ATTACK_PATH })).level).toBe('critical');
      expect(security.on('alert', () => {})).toBe(security);
    });
  });

  it('refuses options that do not exist, by name', () => {
    const misspelt = { moed: 'block' } as ApiSecurityOptions;
    expect(() => apiSecurity(misspelt)).toThrow(expect.objectContaining({ code: 'API_SECURITY_OPTION_UNKNOWN' }));
  });

  it('is the default export too', () => {
    expect(apiSecurityByDefault).toBe(apiSecurity);
  });

  it('is gone after close: requests pass unseen', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = new Hono().use(security).get('/users', (c) => c.text('served'));
      await security.close();
      expect(await ask(app, ATTACK_PATH)).toEqual([{ status: 200, text: 'served' }]);
    });
  });
});
