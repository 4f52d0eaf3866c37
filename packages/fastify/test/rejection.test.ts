import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ApiSecurityRejection } from '../src/index.js';
import { ATTACK, attacking, type GuardedApp, portOf, scopeOf, withPlugin } from './guarded-app.js';

const handler = async () => 'served';
const BLOCK = { mode: 'block' } as const;

/** What a client gets, and whether that is the rejection itself. */
async function answerTo(ask: GuardedApp['ask'], path = attacking('/users'), init?: RequestInit) {
  const response = await ask(path, init);
  const { status, headers } = response;
  return { status, type: headers.get('content-type'), text: await response.text(), headers };
}

const REJECTION = {
  status: 403,
  type: 'application/problem+json',
  text: expect.stringContaining('"code":"API_SECURITY_REQUEST_REJECTED"'),
};

describe('without an error handler of the app, a rejected request is answered with the rejection', () => {
  it('as a problem document, with all its headers and none of a body that was to be sent', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ 'access-control-allow-origin': '*', etag: '"of the users"', 'content-encoding': 'gzip' });
      });
      await app.register(security);
      app.get('/users', handler);
      const { headers, ...answer } = await answerTo(ask);
      expect(answer).toEqual(REJECTION);
      expect(JSON.parse(answer.text)).toMatchObject({ status: 403, title: 'Forbidden' });
      expect(Object.fromEntries(headers)).toEqual({
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
        connection: 'keep-alive',
        'content-length': String(Buffer.byteLength(answer.text)),
        'content-type': 'application/problem+json',
        date: expect.any(String),
        'keep-alive': expect.any(String),
        'x-content-type-options': 'nosniff',
      });
    });
  });

  it('as a page to a browser, and to HEAD without a body', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/users', handler);
      const page = await answerTo(ask, attacking('/users'), { headers: { accept: 'text/html' } });
      expect(page).toMatchObject({ status: 403, type: 'text/html; charset=utf-8' });
      expect(page.text).toContain('<h1>403 Forbidden</h1>');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const head = await answerTo(ask, attacking('/users'), { method: 'HEAD' });
      expect(head).toMatchObject({ status: 403, type: 'application/problem+json', text: '' });
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100);
    });
  });

  it('also where the route says what a 403 looks like', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      const schema = { response: { 403: { type: 'object', properties: { reason: { type: 'string' } } } } };
      app.get('/users', { schema }, handler);
      expect(await answerTo(ask)).toMatchObject(REJECTION);
    });
  });

  it('as onReject wants it, with any status', async () => {
    const onReject = () => ({ status: 302, headers: { location: '/sorry' }, body: '' });
    await withPlugin({ ...BLOCK, onReject }, async ({ app, security, ask }) => {
      await app.register(security);
      const { status, text, headers } = await answerTo(ask, attacking('/users'), { redirect: 'manual' });
      expect({ status, text, location: headers.get('location') }).toEqual({
        status: 302,
        text: '',
        location: '/sorry',
      });
    });
  });

  it('with 503 where it could not be checked and failing is closed', async () => {
    const runtime = {
      name: 'broken',
      load: () => Promise.reject(new Error('planted')),
    } as never;
    await withPlugin(
      { ...BLOCK, runtime, onFailure: 'closed', onModelFailure: 'open' },
      async ({ app, security, ask }) => {
        await app.register(security);
        app.get('/users', handler);
        expect(await answerTo(ask, '/users')).toMatchObject({ status: 503, type: 'application/problem+json' });
      },
    );
  });

  it('and hooks of the app see the error and may still change what is sent', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      const errors: unknown[] = [];
      app.addHook('onError', async (_request, _reply, error) => void errors.push(error));
      app.addHook('onSend', async (_request, reply, payload) => {
        reply.header('x-length', String(payload).length);
        return payload;
      });
      app.get('/users', handler);
      const { headers, ...answer } = await answerTo(ask);
      expect(answer).toEqual(REJECTION);
      expect(headers.get('x-length')).toBe(String(answer.text.length));
      expect(errors).toEqual([expect.any(ApiSecurityRejection)]);
    });
  });
});

describe('an error handler of the app decides', () => {
  const own = (error: Error, reply: { code(status: number): { send(payload: unknown): unknown } }) => {
    if (!(error instanceof ApiSecurityRejection)) throw error;
    return reply.code(error.statusCode + 15).send({ code: error.code, kind: error.rejection.headers['content-type'] });
  };
  const OWN = {
    status: 418,
    type: 'application/json; charset=utf-8',
    text: '{"code":"API_SECURITY_REQUEST_REJECTED","kind":"application/problem+json"}',
  };

  it('set before the plugin has loaded', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      void app.register(security);
      app.setErrorHandler<Error>((error, _request, reply) => own(error, reply));
      app.get('/users', handler);
      expect(await answerTo(ask)).toMatchObject(OWN);
    });
  });

  it('set after it', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      app.setErrorHandler<Error>(async (error, _request, reply) => own(error, reply));
      expect(await answerTo(ask, attacking('/not/found'))).toMatchObject(OWN);
    });
  });

  it('set on a scope or on a route', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      const scope = scopeOf((inner) => {
        inner.setErrorHandler<Error>((error, _request, reply) => own(error, reply));
        inner.get('/in-scope', handler);
      });
      await app.register(scope);
      app.get('/users', { errorHandler: (error, _request, reply) => void own(error, reply) }, handler);
      app.get('/usual', handler);
      expect(await answerTo(ask, attacking('/in-scope'))).toMatchObject(OWN);
      expect(await answerTo(ask)).toMatchObject(OWN);
      expect(await answerTo(ask, attacking('/usual'))).toMatchObject(REJECTION);
    });
  });

  it('with a status, a text and a stream of its own', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      app.setErrorHandler(async (_error, request, reply) => {
        const body = 'not today';
        reply.code(403).header('content-length', body.length).type('text/plain');
        return request.url.startsWith('/users')
          ? new Blob([body]).stream()
          : reply.removeHeader('content-length').send(body);
      });
      for (const path of ['/users', '/notes']) {
        expect(await answerTo(ask, attacking(path))).toMatchObject({ status: 403, text: 'not today' });
      }
    });
  });

  it('and the rejection is the answer when it passes the error on, or fails', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      const asked: string[] = [];
      app.setErrorHandler((error, _request, reply) => {
        asked.push('app');
        reply.send(error);
      });
      const scope = scopeOf((inner) => {
        inner.setErrorHandler((error, _request, reply) => {
          asked.push('scope');
          reply.send(error);
        });
        inner.get('/users', handler);
      });
      await app.register(scope);
      const failing = () => {
        throw new Error("the host's own");
      };
      app.get('/failing', { errorHandler: failing }, handler);
      expect(await answerTo(ask)).toMatchObject(REJECTION);
      expect(asked).toEqual(['scope', 'app']);
      expect(await answerTo(ask, attacking('/failing'))).toMatchObject(REJECTION);
    });
  });

  it('and its other errors are answered as ever', async () => {
    await withPlugin(BLOCK, async ({ app, security, ask }) => {
      await app.register(security);
      app.get('/users', async () => {
        throw new Error("the host's own");
      });
      const { status, text } = await answerTo(ask, '/users');
      expect({ status, text: JSON.parse(text) }).toEqual({
        status: 500,
        text: { statusCode: 500, error: 'Internal Server Error', message: "the host's own" },
      });
    });
  });
});

describe('a client that is still sending its body', () => {
  it('is answered, and its connection is closed', async () => {
    await withPlugin({ ...BLOCK, limits: { timeMs: 5_000, bodyBytes: 2_048 } }, async ({ app, security, ask }) => {
      await app.register(security);
      app.post('/notes', handler);
      await ask('/');
      const socket = connect({ host: '127.0.0.1', port: portOf(app) });
      socket.setEncoding('latin1');
      socket.write('POST /notes HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 90000\r\n\r\n');
      socket.write(`${ATTACK}\n${'tea '.repeat(1_000)}`);
      let text = '';
      socket.on('data', (piece) => {
        text += piece;
      });
      await once(socket, 'close');
      expect(text.startsWith('HTTP/1.1 403 Forbidden\r\n')).toBe(true);
      expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n');
      expect(text).toContain('"code":"API_SECURITY_REQUEST_REJECTED"');
    });
  });
});
