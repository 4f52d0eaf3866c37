import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ApiSecurity,
  type Assessment,
  createApiSecurity,
  FLOW_FEATURES,
  SIGNALS,
  silentLogger,
} from '@api-security/core';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import Koa2 from 'koa2';
import { describe, expect, it } from 'vitest';
import apiSecurityByDefault, { type ApiSecurityState, apiSecurity } from '../src/index.js';
import { mount } from './start-koa.js';
import { ATTACK, withApp, withSecurity } from './with-app.js';

const next = (security: ApiSecurity) => new Promise<Assessment>((resolve) => security.once('assessment', resolve));

describe('the middleware is also the engine', () => {
  it('can be made, listened to and used in one expression', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const rejected: Assessment[] = [];
      const app = new Koa().use(security.on('rejected', (assessment) => rejected.push(assessment)));
      await withApp(app, async ({ ask }) => expect((await ask(ATTACK)).status).toBe(403));
      expect(rejected.map(({ category }) => category)).toEqual(['sqli']);
    });
  });

  it('can be given to the middleware of another app, which then shares it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      for (const app of [new Koa().use(security), new Koa2().use(apiSecurity(security))]) {
        await withApp(app, async ({ ask }) => expect((await ask(ATTACK)).status).toBe(403));
      }
      expect(security.counters.rejected).toBe(2);
    });
  });

  it('refuses options that do not exist, by name, also those of a route', async () => {
    const unknown = expect.objectContaining({ code: 'API_SECURITY_OPTION_UNKNOWN' });
    expect(() => apiSecurity({ moed: 'block' } as object)).toThrow(unknown);
    const engine = createApiSecurity({ enabled: false, logger: silentLogger });
    expect(() => apiSecurity(engine, { moed: 'block' } as object)).toThrow(unknown);
    await engine.close();
  });

  it('is the default export too', () => {
    expect(apiSecurityByDefault).toBe(apiSecurity);
  });
});

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s', (_name, Framework) => {
  const create = () => new Framework<ApiSecurityState>();

  it('has the assessment in ctx.state: for handlers when it blocks, for middleware further out in any case', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const levels: unknown[] = [];
      const app = create().use(async (ctx, next) => {
        await next();
        levels.push(ctx.state.apiSecurity?.level);
      });
      app.use(security).use((ctx) => {
        ctx.body = ctx.state.apiSecurity?.level;
      });
      await withApp(app, async ({ ask }) => {
        expect(await (await ask('/users')).text()).toBe('low');
        await ask(ATTACK);
      });
      expect(levels).toEqual(['low', 'critical']);
    });
  });

  it('has null in ctx.state in monitor mode until the assessment is there', async () => {
    await withSecurity({}, async (security) => {
      const states: ApiSecurityState[] = [];
      const app = create()
        .use(security)
        .use((ctx) => {
          states.push(ctx.state, { ...ctx.state });
        });
      await withApp(app, async ({ ask }) => {
        const assessed = next(security);
        await ask(ATTACK);
        await assessed;
      });
      expect(states[1]?.apiSecurity).toBe(null);
      expect(states[0]?.apiSecurity?.level).toBe('critical');
    });
  });

  it('is stricter on a path of a router than in the app', async () => {
    await withSecurity({}, async (security) => {
      const handled: string[] = [];
      const strict = apiSecurity(security, { mode: 'block' });
      const app = create()
        .use(security)
        .use((ctx, next) => (ctx.path.startsWith('/admin') ? strict(ctx, next) : next()))
        .use((ctx) => {
          handled.push(ctx.path);
          ctx.body = ctx.state.apiSecurity?.level ?? null;
        });
      await withApp(app, async ({ ask }) => {
        const answers = [await ask(ATTACK), await ask(`/admin${ATTACK}`), await ask('/admin/users')];
        expect(answers.map(({ status }) => status)).toEqual([204, 403, 200]);
        expect(await answers[2]?.text()).toBe('low');
      });
      expect(handled).toEqual(['/users', '/admin/users']);
      expect(security.counters.requests).toBe(3);
    });
  });

  it('leaves a path alone whose options say off', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create().use(mount('/imports', apiSecurity(security, { mode: 'off' })));
      app.use(mount('/api', security)).use((ctx) => {
        ctx.body = 'served';
      });
      await withApp(app, async ({ ask }) => {
        expect((await ask(`/imports${ATTACK}`)).status).toBe(200);
        expect((await ask(`/api${ATTACK}`)).status).toBe(403);
      });
      expect(security.counters.skipped).toBe(1);
    });
  });

  it('knows the whole path under koa-mount, and the request stays as Koa has it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const seen: unknown[] = [];
      const app = create().use(
        mount('/api', async (ctx) => {
          await security(ctx, async () => {
            seen.push(ctx.req.url, ctx.originalUrl, 'originalUrl' in ctx.req);
            ctx.body = ctx.state.apiSecurity?.request.path;
          });
        }),
      );
      await withApp(app, async ({ ask }) => {
        expect(await (await ask('/api/users?sort=name')).text()).toBe('/api/users?sort=name');
      });
      expect(seen).toEqual(['/users?sort=name', '/api/users?sort=name', false]);
    });
  });

  it('keeps what a framework around Koa has noted of the URL', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create();
      app.use(async (ctx, next) => {
        Object.assign(ctx.req, { originalUrl: '/outer/users' });
        await next();
        ctx.body = [ctx.state.apiSecurity?.request.path, (ctx.req as { originalUrl?: string }).originalUrl];
      });
      app.use(security);
      await withApp(app, async ({ ask }) => {
        expect(await (await ask('/users')).json()).toEqual(['/outer/users', '/outer/users']);
      });
    });
  });

  it('asks the client option with the context, where middleware puts accounts', async () => {
    const client = (_request: unknown, host?: unknown) => (host as Koa.Context).state.user;
    await withSecurity({ client }, async (security) => {
      const app = create()
        .use((ctx, next) => {
          Object.assign(ctx.state, { user: 'mara' });
          return next();
        })
        .use(security);
      await withApp(app, async ({ ask }) => {
        const assessed = next(security);
        await ask('/users');
        expect((await assessed).client.key).toBe('mara');
      });
    });
  });

  it('takes the context for the request where the host tells of a log-in', async () => {
    await withSecurity({}, async (security) => {
      const app = create()
        .use(security)
        .use((ctx) => {
          if (ctx.query.password === 'right') security.login.succeeded(ctx);
          else security.login.failed(ctx, 'mara');
          ctx.body = { ok: true };
        });
      const authFailed = FLOW_FEATURES.length + SIGNALS.findIndex(({ name }) => name === 'authFailed');
      await withApp(app, async ({ ask }) => {
        const flags: unknown[] = [];
        for (const password of ['wrong', 'right']) {
          const stepped = new Promise<number | undefined>((resolve) =>
            security.once('step', ({ after }) => resolve(after[authFailed])),
          );
          await ask(`/login?password=${password}`);
          flags.push(await stepped);
        }
        expect(flags).toEqual([1, 0]);
      });
    });
  });

  it.each(['before', 'after'])('leaves @koa/bodyparser %s it every byte', async (place) => {
    await withSecurity({ mode: 'block', limits: { bodyBytes: 4_096 } }, async (security) => {
      const parse = bodyParser({ jsonLimit: '1mb' });
      const app = create();
      if (place === 'before') app.use(parse);
      app.use(security);
      if (place === 'after') app.use(parse);
      app.use((ctx) => {
        ctx.body = createHash('sha256').update(ctx.request.rawBody).digest('hex');
      });
      await withApp(app, async ({ ask }) => {
        for (const size of [3, 3_000, 300_000]) {
          const body = JSON.stringify({ note: randomBytes(size).toString('base64'), name: 'Zoë O’Brien' });
          const answer = await ask('/orders', {
            method: 'POST',
            body,
            headers: { 'content-type': 'application/json' },
          });
          expect(await answer.text()).toBe(createHash('sha256').update(body).digest('hex'));
        }
      });
    });
  });

  it('lets a stream answer, and knows when it has ended', async () => {
    for (const mode of ['monitor', 'block'] as const) {
      await withSecurity({ mode }, async (security) => {
        const app = create()
          .use(security)
          .use((ctx) => {
            ctx.body = Readable.from(Array.from({ length: 200 }, (_, line) => `line ${line}\n`));
          });
        await withApp(app, async ({ ask, errors }) => {
          const assessed = next(security);
          const text = await (await ask('/download')).text();
          expect(text.split('\n')).toHaveLength(201);
          const { response } = await assessed;
          expect(response?.status).toBe(200);
          expect(response?.bytes).toBeGreaterThan(text.length);
          expect(errors).toEqual([]);
        });
      });
    }
  });

  it("leaves the host's errors to Koa", async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create()
        .use(security)
        .use((ctx) => ctx.throw(409, 'Sold out.'));
      await withApp(app, async ({ ask, errors }) => {
        const assessed = next(security);
        const answer = await ask('/orders');
        expect([answer.status, await answer.text()]).toEqual([409, 'Sold out.']);
        expect(errors).toEqual([expect.objectContaining({ message: 'Sold out.' })]);
        expect((await assessed).response?.status).toBe(409);
      });
    });
  });

  it('is gone after close: requests pass unseen', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = create()
        .use(security)
        .use((ctx) => {
          ctx.body = 'served';
        });
      await security.close();
      await withApp(app, async ({ ask }) => expect((await ask(ATTACK)).status).toBe(200));
    });
  });
});

describe('the types', () => {
  it('fit apps and middleware of any state', async () => {
    await withSecurity({ enabled: false }, (security) => {
      const apps = [
        new Koa().use(security),
        new Koa<ApiSecurityState>().use(security),
        new Koa<{ user: string }, { log(): void }>().use(security),
      ];
      const middleware: Koa.Middleware[] = [security];
      const typed: Koa.Middleware<{ user: string }>[] = [security];
      expect([...apps.map(({ middleware: [first] }) => first), ...middleware, ...typed]).toEqual(
        Array(5).fill(security),
      );
    });
  });
});
