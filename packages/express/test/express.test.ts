import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiSecurityOptions, Assessment } from '@api-security/core';
import { askEach, withSecurityOf } from '@api-security/core/testing';
import express from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import apiSecurityByDefault, { apiSecurity } from '../src/index.js';

const ATTACK = `/users?id=${encodeURIComponent("1' or 1=1 --")}`;

const withSecurity = withSecurityOf(apiSecurity);

/** Starts an app, asks it for paths one after the other, and closes it. */
async function ask(app: { listen(port: number, host: string): Server }, ...paths: string[]) {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answers = await askEach(`http://127.0.0.1:${port}`, paths);
  server.closeAllConnections();
  server.close();
  return answers;
}

describe('the middleware is also the engine', () => {
  it('takes part in chaining, so that it can be made, listened to and mounted in one expression', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const rejected: Assessment[] = [];
      const app = express().use(security.on('rejected', (assessment) => rejected.push(assessment)));
      expect((await ask(app, ATTACK))[0]?.status).toBe(403);
      expect(rejected.map(({ category }) => category)).toEqual(['sqli']);
    });
  });

  it('passes the mode on in both directions', async () => {
    await withSecurity({}, (security) => {
      security.mode = 'block';
      expect(security.security.mode).toBe('block');
      security.security.mode = 'off';
      expect(security.mode).toBe('off');
      expect(() => Object.assign(security, { mode: 'on' })).toThrow(
        expect.objectContaining({ code: 'API_SECURITY_OPTION_INVALID' }),
      );
    });
  });

  it('has every member of the engine', async () => {
    await withSecurity({}, async (security) => {
      expect(security.options).toBe(security.security.options);
      expect(security.store).toBe(security.security.store);
      expect(security.models.map(({ manifest }) => manifest.role).sort()).toEqual(['content', 'flow', 'sequence']);
      expect((await security.analyze({ method: 'GET', url: ATTACK })).level).toBe('critical');
      const server = express().listen(0, '127.0.0.1');
      security.attach(server)();
      server.close();
    });
  });

  it('can be given to another middleware, which then shares it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const shared = apiSecurity(security);
      const app = express().use('/a', security).use('/b', shared);
      expect((await ask(app, `/a${ATTACK}`, `/b${ATTACK}`)).map(({ status }) => status)).toEqual([403, 403]);
      expect(security.counters.rejected).toBe(2);
    });
  });

  it('refuses options that do not exist, by name', () => {
    const misspelt = { moed: 'block' } as ApiSecurityOptions;
    expect(() => apiSecurity(misspelt)).toThrow(expect.objectContaining({ code: 'API_SECURITY_OPTION_UNKNOWN' }));
    expect(() => apiSecurity(misspelt)).toThrow(/moed/);
  });

  it('is the default export too', () => {
    expect(apiSecurityByDefault).toBe(apiSecurity);
  });
});

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_name, framework) => {
  it('runs the handler once when an earlier middleware has answered and gone on', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const handled: string[] = [];
      const app = framework();
      app.use((_request, response, next) => {
        response.status(202).end('accepted');
        next();
      });
      app.use(security);
      app.use((request) => {
        handled.push(request.url);
      });
      expect(await ask(app, '/orders', ATTACK)).toEqual(Array(2).fill({ status: 202, text: 'accepted' }));
      expect(handled).toEqual(['/orders']);
    });
  });

  it('ends an answer that an earlier middleware has begun instead of handling an attack', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = framework();
      app.use((_request, response, next) => {
        response.write('begun, ');
        next();
      });
      app.use(security);
      app.use((_request, response) => void response.end('handled'));
      const late = new Promise<Assessment>((resolve) => security.once('assessment', resolve));
      expect(await ask(app, ATTACK, '/orders')).toEqual([
        { status: 200, text: 'begun, ' },
        { status: 200, text: 'begun, handled' },
      ]);
      expect((await late).decision).toEqual({ action: 'flag', reason: 'late' });
      expect(security.counters).toMatchObject({ late: 1, rejected: 0 });
    });
  });

  it('protects one router and leaves the rest of the app alone', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const router = framework.Router().use(security);
      router.get('/users', (_request, response) => void response.send('users'));
      const app = framework().use('/api', router);
      app.get('/users', (_request, response) => void response.send('open'));
      const answers = await ask(app, '/api/users', `/api${ATTACK}`, ATTACK);
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 200]);
      expect(security.counters.requests).toBe(2);
    });
  });

  it('protects a single route', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = framework();
      app.get('/users', security, (request, response) => void response.json(request.apiSecurity?.level));
      expect(await ask(app, '/users?id=1')).toEqual([{ status: 200, text: '"low"' }]);
      expect((await ask(app, ATTACK))[0]?.status).toBe(403);
    });
  });

  it('leaves the assessment to error handlers', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = framework().use(security);
      app.use(() => {
        throw new Error("the host's own");
      });
      const answer: express.ErrorRequestHandler = (_error, request, response, _next) => {
        response.status(500).json(request.apiSecurity?.level);
      };
      app.use(answer);
      expect(await ask(app, '/users')).toEqual([{ status: 500, text: '"low"' }]);
    });
  });

  it('is gone after close: requests pass unseen', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const app = framework().use(
        security,
        (_request: unknown, response: express.Response) => void response.send('served'),
      );
      await security.close();
      expect(await ask(app, ATTACK)).toEqual([{ status: 200, text: 'served' }]);
    });
  });
});
