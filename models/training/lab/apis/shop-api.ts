import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { SHOP_ACCOUNTS, SHOP_CATALOGUE } from './shop-data.js';
import { SHOP } from './shop-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const SCRIPT = `// shop\n${'export const noop = () => undefined;\n'.repeat(1400)}`;
const STYLE = '.item { display: grid; gap: 4px }\n'.repeat(500);
const PAGE = `<!doctype html><title>Shop</title><script src="/assets/app.js"></script>${'<p>Welcome to the shop.</p>'.repeat(120)}`;
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${'<path d="M0 0h9v9z"/>'.repeat(60)}</svg>`;

/** The demo API `shop`. `security` is mounted before the body parsers. */
export function shopApi(security: RequestHandler): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(security);
  app.use(express.json({ limit: '2mb' }), express.urlencoded({ extended: false }), webApp(SHOP));
  const tokens = new Map(SHOP_ACCOUNTS.map(({ user }) => [`t-${user}`, user]));
  const signedIn = (header: string | undefined): string | undefined =>
    tokens.get(header?.replace(/^Bearer /, '') ?? '');

  app.get('/', (_request, response) => void response.type('html').send(PAGE));
  app.get('/assets/app.js', (_request, response) => void response.type('js').send(SCRIPT));
  app.get('/assets/app.css', (_request, response) => void response.type('css').send(STYLE));
  app.get('/assets/logo.svg', (_request, response) => void response.type('svg').send(LOGO));
  app.get('/health', (_request, response) => void response.json({ ok: true }));
  app.get('/robots.txt', (_request, response) => void response.type('text').send('User-agent: *\nDisallow: /orders\n'));
  app.get('/admin/stats', (_request, response) => void response.status(403).json({ error: 'Not for you.' }));
  app.post('/password/reset', (_request, response) => void response.status(400).json({ error: 'Wrong code.' }));
  app.get('/items/:id/stock', unsteady(1));
  app.get(
    '/categories',
    (_request, response) => void response.json({ categories: ['home', 'garden', 'office', 'kitchen'] }),
  );
  app.get('/items', (request, response) => {
    const page = Number(request.query.page ?? 1);
    const size = Math.min(100, Number(request.query.size ?? 20));
    if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size)) {
      response.status(400).json({ error: 'page must be a positive number' });
      return;
    }
    response.json({ page, items: SHOP_CATALOGUE.slice((page - 1) * size, page * size) });
  });
  app.get(
    '/items/export',
    (_request, response) => void response.json({ items: [...SHOP_CATALOGUE, ...SHOP_CATALOGUE, ...SHOP_CATALOGUE] }),
  );
  app.post(
    '/items/import',
    (request, response) => void response.status(202).json({ accepted: request.body?.rows?.length ?? 0 }),
  );
  app.get('/items/:id', (request, response) => {
    const item = SHOP_CATALOGUE[Number(request.params.id) - 1];
    if (item === undefined) response.status(404).json({ error: 'No such item.' });
    else response.json(item);
  });
  app.post('/items', (request, response) => {
    if (typeof request.body?.name !== 'string') response.status(422).json({ error: 'name is required' });
    else response.status(201).json({ id: 501, ...request.body });
  });
  app.put('/items/:id', (request, response) => void response.json({ id: request.params.id, ...request.body }));
  app.delete('/items/:id', (_request, response) => void response.status(204).end());
  app.get('/users/:id', (request, response) => {
    const account = SHOP_ACCOUNTS[Number(request.params.id) - 1];
    if (account === undefined) response.status(404).json({ error: 'No such user.' });
    else response.json({ id: request.params.id, name: account.name });
  });
  app.get('/search', (request, response) => {
    const text = String(request.query.q ?? '').toLowerCase();
    const first = text.split(' ')[0] ?? '';
    const items = SHOP_CATALOGUE.filter((item) => item.name.includes(first)).slice(0, 25);
    setTimeout(() => response.json({ query: text, items }), 5 + text.length);
  });
  app.post('/login', (request, response) => {
    const { username, password } = (request.body ?? {}) as { username?: string; password?: string };
    const account = SHOP_ACCOUNTS.find(({ user }) => user === username);
    setTimeout(() => {
      if (account === undefined || account.password !== password)
        response.status(401).json({ error: 'Invalid credentials.' });
      else response.json({ token: `t-${account.user}`, name: account.name });
    }, 20);
  });
  app.get('/me', (request, response) => {
    const user = signedIn(request.headers.authorization);
    if (user === undefined) response.status(401).json({ error: 'Sign in first.' });
    else response.json({ user });
  });
  app.get(
    '/orders',
    (_request, response) =>
      void response.json({ orders: SHOP_CATALOGUE.slice(3, 12).map(({ id, price }) => ({ id, price })) }),
  );
  app.post('/orders', (request, response) => void response.status(201).json({ order: 7, ...request.body }));
  app.get('/reports/sales', (request, response) => {
    const month = String(request.query.month ?? '');
    setTimeout(
      () => response.json({ month, totals: SHOP_CATALOGUE.slice(0, 60).map(({ price }) => price) }),
      150 + ((month.charCodeAt(6) || 0) % 10) * 120,
    );
  });
  app.post('/files', (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.status(201).json({ bytes }));
  });
  app.get('/notifications', (request, response) => {
    const seconds = Math.min(10, Number(request.query.wait ?? 1));
    const timer = setTimeout(() => response.status(204).end(), seconds * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.get('/notifications/stream', (request, response) => {
    const until = Date.now() + Number(request.query.for ?? 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write(`data: {"at":${Date.now()}}\n\n`);
      if (Date.now() > until) response.end();
    }, 1500);
    response.on('close', () => clearInterval(timer));
  });
  app.use((_request, response) => void response.status(404).json({ error: 'Not found.' }));
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json({ error: 'Bad request.' });
  };
  app.use(refuse);
  return app;
}
