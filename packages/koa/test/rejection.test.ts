import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import Koa from 'koa';
import Koa2 from 'koa2';
import { describe, expect, it } from 'vitest';
import type { ApiSecurityState } from '../src/index.js';
import { ATTACK, withApp, withSecurity } from './with-app.js';

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('a rejection in %s', (_name, Framework) => {
  const create = () => new Framework<ApiSecurityState>();

  it('is an answer of Koa to middleware further out', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const logged: unknown[] = [];
      const app = create().use(async (ctx, next) => {
        await next();
        const { status, type, length, body, respond } = ctx;
        logged.push({ status, type, length, body, respond });
        ctx.set('x-response-time', '1ms');
      });
      app.use(security);
      await withApp(app, async ({ ask, errors }) => {
        const answer = await ask(ATTACK);
        const text = await answer.text();
        expect(JSON.parse(text)).toMatchObject({ status: 403, code: 'API_SECURITY_REQUEST_REJECTED' });
        expect(logged).toEqual([
          { status: 403, type: 'application/problem+json', length: text.length, body: text, respond: undefined },
        ]);
        expect(answer.headers.get('x-response-time')).toBe('1ms');
        expect(answer.headers.get('content-length')).toBe(String(text.length));
        expect(errors).toEqual([]);
      });
    });
  });

  it('can be compressed by middleware further out', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create().use(async (ctx, next) => {
        await next();
        ctx.set('content-encoding', 'gzip');
        ctx.remove('content-length');
        ctx.body = Readable.from([ctx.body as string]).pipe(createGzip());
      });
      app.use(security);
      await withApp(app, async ({ ask }) => {
        const answer = await ask(ATTACK);
        expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
        expect(await answer.json()).toMatchObject({ code: 'API_SECURITY_REQUEST_REJECTED' });
      });
    });
  });

  it('drops the body that earlier middleware had in mind, with its headers, and keeps the others', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const stream = new PassThrough();
      const app = create().use((ctx, next) => {
        ctx.set({ 'content-encoding': 'br', 'content-disposition': 'attachment', 'x-request-id': '7' });
        ctx.etag = 'a';
        ctx.type = 'image/png';
        ctx.body = stream;
        return next();
      });
      app.use(security);
      await withApp(app, async ({ ask }) => {
        const { headers, status } = await ask(ATTACK);
        const names = ['content-encoding', 'content-disposition', 'etag', 'content-type', 'x-request-id'];
        expect([status, ...names.map((name) => headers.get(name))]).toEqual([
          403,
          null,
          null,
          null,
          'application/problem+json',
          '7',
        ]);
      });
      expect(stream.destroyed).toBe(true);
    });
  });

  it('has no body for HEAD, and the length of what GET would have', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      await withApp(create().use(security), async ({ askRaw, ask }) => {
        const { length } = await (await ask(ATTACK)).text();
        const answer = await askRaw(`HEAD ${ATTACK} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
        expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
        expect(answer).toMatch(new RegExp(`\r\ncontent-length: ${length}\r\n`, 'i'));
        expect(answer.endsWith('\r\n\r\n')).toBe(true);
      });
    });
  });

  it('is what onReject makes of it, also without a body', async () => {
    const onReject = () => ({ status: 204, headers: { 'x-why': 'ask us' }, body: '' });
    await withSecurity({ mode: 'block', onReject }, async (security) => {
      await withApp(create().use(security), async ({ ask, errors }) => {
        const answer = await ask(ATTACK);
        expect([answer.status, answer.headers.get('x-why'), await answer.text()]).toEqual([204, 'ask us', '']);
        expect(errors).toEqual([]);
      });
    });
  });

  it('closes the connection of a client that is still sending, and keeps it otherwise', async () => {
    await withSecurity({ mode: 'block', limits: { bodyMs: 20 } }, async (security) => {
      await withApp(create().use(security), async ({ ask, askRaw, errors }) => {
        const answer = await askRaw(`POST ${ATTACK} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nabc`);
        expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
        expect(answer).toMatch(/\r\nconnection: close\r\n/i);
        expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 403 });
        const whole = await ask(ATTACK, { method: 'POST', body: 'abc' });
        expect([whole.status, whole.headers.get('connection')]).toEqual([403, 'keep-alive']);
        expect(errors).toEqual([]);
      });
    });
  });

  it('is written where earlier middleware told Koa not to answer', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create()
        .use((ctx, next) => {
          ctx.respond = false;
          return next();
        })
        .use(security)
        .use((ctx) => {
          ctx.res.writeHead(200).end('served');
        });
      await withApp(app, async ({ ask }) => {
        expect((await ask(ATTACK)).status).toBe(403);
        expect(await (await ask('/users')).text()).toBe('served');
      });
    });
  });

  it('adds nothing to an answer that earlier middleware has begun', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create()
        .use((ctx, next) => {
          ctx.status = 200;
          ctx.type = 'text/event-stream';
          ctx.res.write('data: begun\n\n');
          return next();
        })
        .use(security)
        .use((ctx) => {
          ctx.body = 'data: handled\n\n';
        });
      await withApp(app, async ({ ask }) => {
        const answers = [await ask(ATTACK), await ask('/users')];
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
          'data: begun\n\n',
          'data: begun\n\ndata: handled\n\n',
        ]);
      });
      expect(security.counters).toMatchObject({ rejected: 0, late: 1 });
    });
  });

  it('leaves an answer alone that somebody began meanwhile', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const handled: string[] = [];
      const app = create().use(async (ctx, next) => {
        const done = next();
        ctx.res.writeHead(202).write('accept');
        await done;
        setImmediate(() => ctx.res.end('ed'));
      });
      app.use(security).use((ctx) => {
        handled.push(ctx.path);
      });
      await withApp(app, async ({ ask, errors }) => {
        for (const path of [ATTACK, '/users']) {
          const answer = await ask(path);
          expect([answer.status, await answer.text()]).toEqual([202, 'accepted']);
        }
        expect(errors).toEqual([]);
      });
      expect(handled).toEqual([]);
    });
  });

  it('has nobody to go to when the client hangs up, and Koa hears of nothing that it would not hear of anyway', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const told: (readonly unknown[])[] = [];
      const handled: string[] = [];
      const request = `POST ${ATTACK} HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\nabc`;
      for (const app of [create(), create().use(security)]) {
        app.use(async (ctx) => {
          await text(ctx.req).catch(() => {});
          handled.push(ctx.path);
        });
        await withApp(app, async ({ hangUp, errors }) => {
          await hangUp(request);
          await turn();
          told.push(errors);
        });
      }
      expect(security.counters.requests).toBe(1);
      expect(handled).toEqual(['/users']);
      expect(told[1]).toEqual(told[0]);
    });
  });
});
