import { type ApiSecurity, createApiSecurity, silentLogger } from '@api-security/core';
import { fakeRuntime } from '@api-security/core/testing';
import fastify from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import apiSecurityByDefault, { apiSecurity } from '../src/index.js';
import { ATTACK, attacking, scopeOf, withPlugin } from './guarded-app.js';

const handler = async () => 'served';

describe('the plugin is also the engine', () => {
  it('can be made, listened to and registered in one expression', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      const rejected: string[] = [];
      await app.register(security.on('rejected', ({ category }) => rejected.push(category ?? '')));
      app.get('/users', handler);
      expect((await ask(attacking('/users'))).status).toBe(403);
      expect(rejected).toEqual(['sqli']);
    });
  });

  it('is on the instance and, with the assessment, on the request', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/users', async (request) => ({
        level: request.apiSecurity?.level,
        mode: request.server.apiSecurity.mode,
      }));
      expect(app.apiSecurity).toBe(security.security);
      expect(await (await ask('/users?id=1')).json()).toEqual({ level: 'low', mode: 'block' });
    });
  });

  it('is the default export too', () => {
    expect(apiSecurityByDefault).toBe(apiSecurity);
  });

  it('refuses options that do not exist, by name', () => {
    const misspelt = { moed: 'block' } as object;
    expect(() => apiSecurity(misspelt)).toThrow(expect.objectContaining({ code: 'API_SECURITY_OPTION_UNKNOWN' }));
    expect(() => apiSecurity(misspelt)).toThrow(/moed/);
  });

  it('is what to register, not the function that makes it', () => {
    const app = fastify();
    // @ts-expect-error: it has to be called
    const mistaken = () => app.register(apiSecurity, { mode: 'block' });
    expect(mistaken).toBeTypeOf('function');
  });

  it('learns of log-ins by the request of Fastify', async () => {
    await withPlugin({}, async ({ app, security, ask }) => {
      await app.register(security);
      app.post('/session', async (request) => {
        app.apiSecurity.login.failed(request, 'miles');
        return 'try again';
      });
      await ask('/session', { method: 'POST' });
      expect(security.counters.errors).toBe(0);
    });
  });
});

describe('starting and closing', () => {
  it('is ready when the models are loaded', async () => {
    let load = (): void => {};
    const loading = new Promise<void>((resolve) => {
      load = resolve;
    });
    const fake = fakeRuntime();
    const runtime = { name: 'slow', load: (bytes: Uint8Array) => loading.then(() => fake.load(bytes)) };
    await withPlugin({ runtime }, async ({ app, security }) => {
      const steps: string[] = [];
      await app.register(security);
      const ready = app.ready().then(() => steps.push('ready'));
      await new Promise((turned) => setTimeout(turned, 50));
      steps.push('loaded');
      load();
      await ready;
      expect(steps).toEqual(['loaded', 'ready']);
    });
  });

  it('does not start when they cannot be', async () => {
    const runtime = { name: 'broken', load: () => Promise.reject(new Error('planted')) };
    await withPlugin({ runtime }, async ({ app, security }) => {
      void app.register(security);
      await expect(app.listen({ port: 0, host: '127.0.0.1' })).rejects.toThrow('planted');
    });
  });

  it('closes the engine that it made, after the requests that are under way', async () => {
    await withPlugin({}, async ({ app, security, assessments, ask }) => {
      await app.register(security);
      let closed: Promise<void> | undefined;
      app.get('/slow', async (_request, reply) => {
        reply.header('connection', 'close');
        closed = app.close();
        await new Promise((turned) => setTimeout(turned, 20));
        return 'done';
      });
      const answer = ask('/slow');
      expect(await (await answer).text()).toBe('done');
      await closed;
      expect(assessments.map(({ response }) => response?.status)).toEqual([200]);
      await expect(security.analyze({ method: 'GET', url: '/' })).rejects.toMatchObject({
        code: 'API_SECURITY_CLOSED',
      });
    });
  });

  it('leaves an engine open that it was given', async () => {
    await withPlugin({}, async ({ app, security }) => {
      const other = fastify();
      await other.register(apiSecurity(security));
      await other.close();
      await app.register(security);
      await app.ready();
      expect((await security.analyze({ method: 'GET', url: attacking('/') })).level).toBe('critical');
    });
  });

  it('lets requests pass unseen once the engine is closed', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/users', handler);
      await app.ready();
      await security.close();
      expect((await ask(attacking('/users'))).status).toBe(200);
    });
  });
});

describe('encapsulation', () => {
  const statuses = async (ask: (path: string) => Promise<Response>, ...paths: string[]) =>
    Promise.all(paths.map(async (path) => (await ask(attacking(path))).status));
  const route = (path: string) => scopeOf((scope) => scope.get(path, handler));

  it('at the root it guards the whole app, whatever was added first, and what is not found', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      void app.register(route('/scope/before'));
      app.get('/before', async (request) => String(request.apiSecurity?.level));
      void app.register(security);
      void app.register(route('/scope/after'), { prefix: '/v1' });
      await app.after();
      app.get('/after', handler);
      expect(await (await ask('/before')).text()).toBe('low');
      const paths = ['/before', '/after', '/scope/before', '/v1/scope/after', '/not/found', '/v1/not/found'];
      expect(await statuses(ask, ...paths)).toEqual(paths.map(() => 403));
      expect((await ask('/not/found')).status).toBe(404);
    });
  });

  it('in a scope that was there first, requests have an assessment or null, never undefined', async () => {
    await withPlugin({ mode: 'off' }, async ({ app, security, ask }) => {
      void app.register(scopeOf((scope) => scope.get('/users', async ({ apiSecurity }) => ({ apiSecurity }))));
      void app.register(security);
      expect(await (await ask('/users')).json()).toEqual({ apiSecurity: null });
    });
  });

  it('in a scope it guards that and the scopes inside, and leaves the rest of the app alone', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      await app.register(
        scopeOf((scope) => {
          void scope.register(security);
          scope.get('/users', handler);
          scope.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'));
          void scope.register(route('/inner'), { prefix: '/v1' });
        }),
        { prefix: '/api' },
      );
      await app.register(route('/sibling'));
      app.get('/users', handler);
      expect(await statuses(ask, '/api/users', '/api/v1/inner', '/api/none')).toEqual([403, 403, 403]);
      expect(await statuses(ask, '/users', '/sibling', '/none')).toEqual([200, 200, 404]);
      expect(security.counters.requests).toBe(3);
      expect(app.hasDecorator('apiSecurity')).toBe(false);
    });
  });

  it('an inner scope may be stricter than the app', async () => {
    await withPlugin({}, async ({ app, security, assessments, ask }) => {
      await app.register(security);
      await app.register(
        scopeOf((admin) => {
          void admin.register(apiSecurity(security, { mode: 'block' }));
          admin.get('/users', async ({ apiSecurity }) => apiSecurity?.level);
        }),
        { prefix: '/admin' },
      );
      app.get('/users', handler);
      expect(await statuses(ask, '/users', '/admin/users')).toEqual([200, 403]);
      expect(await (await ask('/admin/users')).text()).toBe('low');
      await vi.waitFor(() => expect(assessments.length).toBe(3));
      expect(security.counters.requests).toBe(3);
    });
  });

  it('two engines each guard their own scope', async () => {
    const engine = createApiSecurity({ enabled: false });
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      let open: ApiSecurity | undefined;
      const opened = scopeOf((scope) => {
        void scope.register(apiSecurity(engine)).after(() => {
          open = scope.apiSecurity;
        });
        scope.get('/open', handler);
      });
      const guarded = scopeOf((scope) => {
        void scope.register(security);
        scope.get('/guarded', handler);
      });
      await app.register(opened);
      await app.register(guarded);
      expect(open).toBe(engine);
      expect(await statuses(ask, '/open', '/guarded')).toEqual([200, 403]);
    });
  });

  it('twice in one scope is an error at start', async () => {
    await withPlugin({}, async ({ app, security }) => {
      void app.register(security);
      void app.register(apiSecurity(security));
      await expect(app.ready()).rejects.toMatchObject({ code: 'FST_ERR_DEC_ALREADY_PRESENT' });
    });
  });
});

describe('config.apiSecurity', () => {
  it('is what differs for a route, and for the HEAD route that comes with it', async () => {
    await withPlugin({}, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/strict', { config: { apiSecurity: { mode: 'block' } } }, handler);
      app.get('/open', { config: { apiSecurity: { mode: 'off' } } }, handler);
      app.get('/usual', handler);
      const head = await ask(attacking('/strict'), { method: 'HEAD' });
      expect(head.status).toBe(403);
      expect((await ask(attacking('/strict'))).status).toBe(403);
      expect((await ask(attacking('/open'))).status).toBe(200);
      expect((await ask(attacking('/usual'))).status).toBe(200);
      const { requests, skipped } = security.counters;
      expect({ requests, skipped }).toEqual({ requests: 3, skipped: 1 });
    });
  });

  it('holds for routes that were added before the plugin had loaded', async () => {
    await withPlugin({ mode: 'block' }, async ({ app, security, ask }) => {
      void app.register(security);
      app.get('/open', { config: { apiSecurity: { mode: 'off' } } }, handler);
      app.get('/strict', handler);
      expect((await ask(attacking('/open'))).status).toBe(200);
      expect((await ask(attacking('/strict'))).status).toBe(403);
    });
  });

  it('goes over what its scope says, and leaves the rest of that', async () => {
    await withPlugin({}, async ({ app, security, ask }) => {
      await app.register(apiSecurity(security, { mode: 'block' }));
      app.get('/exempt', { config: { apiSecurity: { exempt: [{ field: 'query.id' }] } } }, handler);
      expect((await ask(attacking('/exempt'))).status).toBe(200);
      expect((await ask(`/exempt?name=${encodeURIComponent(ATTACK)}`)).status).toBe(403);
    });
  });

  it.each<[unknown, string]>([
    [{ moed: 'block' }, 'API_SECURITY_OPTION_UNKNOWN'],
    [{ mode: 'blok' }, 'API_SECURITY_OPTION_INVALID'],
    [{ limits: { bodyBytes: -1 } }, 'API_SECURITY_OPTION_INVALID'],
    [false, 'API_SECURITY_OPTION_INVALID'],
    [null, 'API_SECURITY_OPTION_INVALID'],
  ])('is refused when the route is added: %j', async (wrong, code) => {
    for (const scope of [undefined, { mode: 'block' } as const]) {
      await withPlugin({}, async ({ app, security }) => {
        await app.register(apiSecurity(security, scope));
        const config = { apiSecurity: wrong as object };
        expect(() => app.get('/users', { config }, handler)).toThrow(expect.objectContaining({ code }));
      });
    }
  });

  it('that comes too late to be refused is told of once, and the route is guarded as the others', async () => {
    const error = vi.fn();
    await withPlugin({ mode: 'block', logger: { ...silentLogger, error } }, async ({ app, security, ask }) => {
      void app.register(security);
      app.get('/users/:id', { config: { apiSecurity: { mode: 'of' } as object } }, handler);
      for (const id of [1, 2]) expect((await ask(attacking(`/users/${id}`))).status).toBe(403);
      expect((await ask('/users/3')).status).toBe(200);
      expect(error.mock.calls).toEqual([
        [
          { route: '/users/:id', error: expect.stringContaining('API_SECURITY_OPTION_INVALID') },
          'options of a route left out',
        ],
      ]);
    });
  });
});
