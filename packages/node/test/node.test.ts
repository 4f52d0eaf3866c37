import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ApiSecurityOptions } from '@api-security/core';
import { askEach } from '@api-security/core/testing';
import { describe, expect, it } from 'vitest';
import apiSecurityByDefault, { apiSecurity } from '../src/index.js';
import { withSecurity } from './with-security.js';

const ATTACK = `/users?id=${encodeURIComponent("1' or 1=1 --")}`;

/** Starts a server, lets a test use it, and closes it. */
async function listening(listener: RequestListener, use: (origin: string, port: number) => Promise<void>) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}`, port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Asks for paths one after the other. */
async function ask(listener: RequestListener, ...paths: string[]) {
  let answers: Awaited<ReturnType<typeof askEach>> = [];
  await listening(listener, async (origin) => {
    answers = await askEach(origin, paths);
  });
  return answers;
}

describe('a wrapped handler', () => {
  it('runs with the assessment on its request, and not at all when the request is denied', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const guarded = security.wrap((request, response) => response.end(request.apiSecurity?.level));
      const [served, rejected] = await ask(guarded, '/users?id=1', ATTACK);
      expect(served).toEqual({ status: 200, text: 'low' });
      expect(rejected?.status).toBe(403);
    });
  });

  it.each(['monitor', 'block'] as const)(
    'is called as Node would call it, and what it returns is passed on: %s',
    async (mode) => {
      await withSecurity({ mode }, async (security) => {
        const seen: unknown[] = [];
        const guarded = security.wrap(function (this: unknown, _request: IncomingMessage, response: ServerResponse) {
          response.end();
          return this;
        });
        const server = { name: 'the server' };
        await ask((request, response) => seen.push(guarded.call(server, request, response)), '/users');
        expect(seen[0] instanceof Promise).toBe(mode === 'block');
        expect(await seen[0]).toBe(server);
      });
    },
  );

  it.each(['monitor', 'block'] as const)('keeps what it throws, for whoever called it: %s', async (mode) => {
    await withSecurity({ mode }, async (security) => {
      const guarded = security.wrap(() => {
        throw new Error("the host's own");
      });
      const listener: RequestListener = async (request, response) => {
        try {
          await guarded(request, response);
        } catch (error) {
          response.writeHead(500).end((error as Error).message);
        }
      };
      expect(await ask(listener, '/users')).toEqual([{ status: 500, text: "the host's own" }]);
      expect(security.counters.errors).toBe(0);
    });
  });

  it('can be stricter than the rest of the app', async () => {
    await withSecurity({}, async (security) => {
      const guarded = security.wrap((_request, response) => response.end('open'));
      const strict = apiSecurity(security, { mode: 'block' }).wrap((_request, response) => response.end('admin'));
      const route: RequestListener = (request, response) =>
        request.url?.startsWith('/admin') ? strict(request, response) : guarded(request, response);
      const answers = await ask(route, ATTACK, `/admin${ATTACK}`, '/admin/users');
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 200]);
    });
  });
});

describe('the middleware', () => {
  it('calls next once, without an argument, when the request may go on', async () => {
    for (const mode of ['monitor', 'block'] as const) {
      await withSecurity({ mode }, async (security) => {
        const calls: unknown[][] = [];
        await ask(
          (request, response) =>
            security(request, response, (...given: unknown[]) => {
              calls.push(given);
              response.end();
            }),
          '/users',
        );
        expect(calls).toEqual([[]]);
      });
    }
  });

  it('does not call next when it rejects', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      let calls = 0;
      const [rejected] = await ask(
        (request, response) =>
          security(request, response, () => {
            calls += 1;
          }),
        ATTACK,
      );
      expect({ status: rejected?.status, calls }).toEqual({ status: 403, calls: 0 });
    });
  });

  it('finds what a body parser in front of it made of the body', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const listener = async (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => {
        request.body = JSON.parse((await request.toArray()).join(''));
        security(request, response, () => response.end('served'));
      };
      await listening(listener, async (origin) => {
        const post = async (note: string) => {
          const headers = { 'content-type': 'application/json' };
          return (await fetch(origin, { method: 'POST', headers, body: JSON.stringify({ note }) })).status;
        };
        expect(await post("Miles O'Brien")).toBe(200);
        expect(await post("x' or 1=1 --")).toBe(403);
      });
    });
  });
});

describe('the guard is also the engine', () => {
  it('has every member of the engine', async () => {
    await withSecurity({}, async (security) => {
      expect(security.options).toBe(security.security.options);
      security.mode = 'block';
      expect(security.security.mode).toBe('block');
      expect((await security.analyze({ method: 'GET', url: ATTACK })).level).toBe('critical');
      expect(security.on('alert', () => {})).toBe(security);
    });
  });

  it('can be given to another guard, which then shares it', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const shared = apiSecurity(security).wrap((_request, response) => response.end());
      expect((await ask(shared, ATTACK))[0]?.status).toBe(403);
      expect(security.counters.rejected).toBe(1);
    });
  });

  it('attaches to a server, and then guards handshakes too, which pass every listener by', async () => {
    await withSecurity({ mode: 'block' }, async (security) => {
      const server = createServer(security.wrap((_request, response) => response.end()));
      server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
      const detach = security.attach(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const shake = async (path: string) => {
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
        socket.write(`GET ${path} HTTP/1.1\r\nhost: app.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
        return (await socket.toArray()).join('').slice(0, 'HTTP/1.1 101'.length);
      };
      expect(await shake('/live?room=tea')).toBe('HTTP/1.1 101');
      expect(await shake(ATTACK)).toBe('HTTP/1.1 403');
      detach();
      expect(await shake(ATTACK)).toBe('HTTP/1.1 101');
      server.close();
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
      const guarded = security.wrap((_request, response) => response.end('served'));
      await security.close();
      expect(await ask(guarded, ATTACK)).toEqual([{ status: 200, text: 'served' }]);
    });
  });
});

describe('a client that is still sending its body', () => {
  it('is rejected with a connection that closes', async () => {
    await withSecurity({ mode: 'block', limits: { bodyMs: 50 } }, async (security) => {
      const guarded = security.wrap((_request, response) => response.end('served'));
      await listening(guarded, async (_origin, port) => {
        const socket = connect(port, '127.0.0.1');
        socket.write(`POST ${ATTACK} HTTP/1.1\r\nhost: app.test\r\ncontent-length: 9000\r\n\r\nthe beginning`);
        const answer = (await socket.toArray()).join('').toLowerCase();
        expect(answer).toMatch(/^http\/1\.1 403 /);
        expect(answer).toContain('\r\nconnection: close\r\n');
      });
    });
  });
});
