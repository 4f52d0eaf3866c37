import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { ACCOUNTS, DOCUMENTS } from './account-data.js';
import { ACCOUNT } from './account-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const SIGN_IN_PAGE = `<!doctype html><title>Sign in</title><form method="post" action="/v1/session">${'<div class="row"></div>'.repeat(90)}</form>`;
const SCRIPT = 'window.app = window.app || {};\n'.repeat(4000);
const STYLE = 'form { max-width: 30em }\n'.repeat(150);
/** Wrong passwords in a row after which an account refuses for a while. */
const LOCK_AFTER = 12;
const LOCK_MS = 20_000;

/** The demo API `account`. `security` is mounted after the body parsers. */
export function accountApi(security: RequestHandler): Express {
  const app = express();
  app.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: true }));
  app.use(security, webApp(ACCOUNT));
  const failures = new Map<string, { count: number; until: number }>();
  const signedIn = (header: string | undefined): boolean => header?.startsWith('Bearer at-') ?? false;

  app.get('/signin', (_request, response) => void response.type('html').send(SIGN_IN_PAGE));
  app.get('/static/main.js', (_request, response) => void response.type('js').send(SCRIPT));
  app.get('/static/main.css', (_request, response) => void response.type('css').send(STYLE));
  app.get('/v1/config', (_request, response) => void response.json({ region: 'eu', features: ['inbox', 'documents'] }));
  app.get('/ready', (_request, response) => void response.type('text').send('ok'));
  app.post('/v1/session', (request, response) => {
    const { email, secret } = (request.body ?? {}) as { email?: string; secret?: string };
    const key = String(email);
    const state = failures.get(key) ?? { count: 0, until: 0 };
    if (state.until > Date.now()) {
      response.status(423).json({ message: 'locked: wrong password too often' });
      return;
    }
    const account = ACCOUNTS.find(({ user }) => user === email);
    setTimeout(() => {
      if (account !== undefined && account.password === secret) {
        failures.delete(key);
        response
          .cookie('sid', `s-${account.name.length}`)
          .json({ accessToken: `at-${account.user}`, refreshToken: `rt-${account.user}` });
        return;
      }
      const count = state.count + 1;
      failures.set(key, { count, until: count >= LOCK_AFTER ? Date.now() + LOCK_MS : 0 });
      if (failures.size > 5000) failures.clear();
      response
        .status(401)
        .json({ message: 'wrong mail address or password', documentation: 'https://docs.example/errors#sign-in' });
    }, 60);
  });
  app.post('/v1/token/refresh', (request, response) => {
    const token = String((request.body as { refreshToken?: string } | undefined)?.refreshToken ?? '');
    if (token.startsWith('rt-')) response.json({ accessToken: token.replace('rt-', 'at-') });
    else response.status(400).json({ message: 'refreshToken is required' });
  });
  app.post('/v1/recovery', (_request, response) => void response.status(403).json({ message: 'wrong or used code' }));
  app.get('/v1/rates', unsteady(2));
  app.get('/v1/people', (request, response) => {
    const text = String(request.query.name ?? '').toLowerCase();
    response.json({
      people: ACCOUNTS.filter(({ name }) => name.toLowerCase().includes(text))
        .slice(0, 20)
        .map(({ name }) => ({ name })),
    });
  });
  app.get('/v1/inbox', (request, response) => {
    const seconds = Math.max(0, Math.min(10, Number(request.query.timeout) || 0));
    const timer = setTimeout(() => response.json({ messages: [] }), seconds * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.get('/v1/inbox/stream', (request, response) => {
    const until = Date.now() + Number(request.query.for ?? 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write(': keep-alive\n\n');
      if (Date.now() > until) response.end();
    }, 4000);
    response.on('close', () => clearInterval(timer));
  });
  app.use('/v1', (request, response, next) => {
    if (signedIn(request.headers.authorization)) next();
    else response.status(401).json({ message: 'sign in first' });
  });
  app.get('/v1/organisation/members', (_request, response) => void response.status(403).json({ message: 'forbidden' }));
  app.get(
    '/v1/profile',
    (request, response) => void response.json({ account: request.headers.authorization, about: 'x'.repeat(700) }),
  );
  app.patch('/v1/profile', (request, response) => void response.json(request.body ?? {}));
  app.put('/v1/profile/picture', (request, response) => {
    request.resume();
    request.on('end', () => response.status(204).end());
  });
  app.get(
    '/v1/sessions',
    (_request, response) => void response.json({ sessions: [{ device: 'laptop' }, { device: 'phone' }] }),
  );
  app.get('/v1/documents', (request, response) => {
    const offset = Number(request.query.offset ?? 0);
    if (!Number.isInteger(offset) || offset < 0) {
      response.status(400).json({ message: 'offset must not be negative' });
      return;
    }
    response.json({
      total: DOCUMENTS.length,
      documents: DOCUMENTS.slice(offset, offset + 10).map(({ id, title }) => ({ id, title })),
    });
  });
  app.get(
    '/v1/documents/summary',
    (_request, response) => void setTimeout(() => response.json({ count: DOCUMENTS.length }), 900),
  );
  app.get('/v1/archive', (_request, response) => void response.json({ documents: DOCUMENTS }));
  app.post(
    '/v1/documents/batch',
    (request, response) => void response.status(207).json({ results: (request.body as unknown[]).map(() => 201) }),
  );
  app.post('/v1/documents', (request, response) => {
    const title = (request.body as { title?: string } | undefined)?.title;
    if (title === undefined || title === '') response.status(422).json({ message: 'title is required' });
    else response.status(201).json({ title });
  });
  app.get('/v1/documents/:id', (request, response) => {
    const found = DOCUMENTS.find(({ id }) => id === request.params.id);
    if (found === undefined) response.status(404).json({ message: 'no such document' });
    else response.json(found);
  });
  app.get(
    '/v1/documents/:id/history',
    (request, response) => void response.json({ id: request.params.id, changes: Array(30).fill('edited') }),
  );
  app.patch('/v1/documents/:id', (request, response) => void response.json({ id: request.params.id }));
  app.use((_request, response) => void response.status(404).json({ message: 'not found' }));
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json({ message: 'bad request' });
  };
  app.use(refuse);
  return app;
}
