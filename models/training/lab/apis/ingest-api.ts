import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { DEVICE_ACCOUNTS, DEVICES, INGEST } from './ingest-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const ROWS = Array.from({ length: 9000 }, (_, index) => ({
  d: index % 300,
  t: (index * 7919) % 400,
  h: (index * 104_729) % 90,
}));
const PAGE_SIZE = 20;

/** The demo API `ingest`. `security` is mounted before the body parsers. */
export function ingestApi(security: RequestHandler): Express {
  const app = express();
  app.use(security);
  app.use(express.json({ limit: '512kb' }), express.urlencoded({ extended: false }), webApp(INGEST));

  app.get(
    '/console',
    (_request, response) =>
      void response.type('html').send('<!doctype html><title>Console</title><script src="/console.js"></script>'),
  );
  app.get('/console.js', (_request, response) => void response.type('js').send('void 0;\n'.repeat(1500)));
  app.get('/healthz', (_request, response) => void response.status(204).end());
  app.post('/oauth/token', (request, response) => {
    const { username, password } = (request.body ?? {}) as { username?: string; password?: string };
    if (username === undefined || password === undefined) {
      response.status(400).json({ error: 'invalid_request' });
      return;
    }
    const known = DEVICE_ACCOUNTS.some((account) => account.user === username && account.password === password);
    if (known) response.json({ access_token: `k-${username}`, expires_in: 3600 });
    else response.status(401).json({ error: 'invalid_grant' });
  });
  app.get('/whoami', (request, response) => {
    const token = request.headers.authorization ?? '';
    if (token.startsWith('Bearer k-')) response.json({ device: token.slice(9) });
    else response.status(401).json({ error: 'unauthorized' });
  });
  app.get('/fleet/settings', (_request, response) => void response.status(403).json({ error: 'forbidden' }));
  app.post('/pairing', (_request, response) => void response.status(401).json({ error: 'code' }));
  app.get('/devices/:id/forecast', unsteady(4));
  app.get('/devices', (request, response) => {
    const page = Number(request.query.page ?? 1);
    if (!Number.isInteger(page) || page < 1) {
      response.status(400).json({ error: 'page' });
      return;
    }
    response.json({
      devices: DEVICES.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map((id) => ({ id, online: true })),
    });
  });
  app.get('/devices/:id', (request, response) => {
    if (!DEVICES.includes(request.params.id)) response.status(404).json({ error: 'not_found' });
    else response.json({ id: request.params.id, firmware: '2.4.1', online: true });
  });
  app.get('/devices/:id/readings', (request, response) => {
    const last = Math.min(500, Number(request.query.last) || 20);
    response.json({ readings: ROWS.slice(0, last) });
  });
  app.post('/devices/:id/readings', (_request, response) => void response.status(204).end());
  app.get(
    '/devices/:id/analysis',
    (_request, response) => void setTimeout(() => response.json({ trend: 'flat' }), 1400),
  );
  app.post(
    '/readings/batch',
    (request, response) => void response.status(202).json({ accepted: request.body?.readings?.length ?? 0 }),
  );
  app.get('/readings/export', (_request, response) => void response.json({ readings: ROWS, again: ROWS }));
  app.post('/messages', (request, response) => {
    if (typeof request.body?.text !== 'string') response.status(400).json({ error: 'text' });
    else response.status(201).json({ id: 1 });
  });
  app.get(
    '/messages',
    (request, response) => void response.json({ room: request.query.room ?? 'lobby', messages: [] }),
  );
  app.get('/messages/poll', (request, response) => {
    const seconds = Math.min(10, Number(request.query.wait) || 1);
    const timer = setTimeout(() => response.json({ messages: [] }), seconds * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.get('/messages/stream', (request, response) => {
    const until = Date.now() + (Number(request.query.for) || 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write('event: message\ndata: {"text":"hello"}\n\n');
      if (Date.now() > until) response.end();
    }, 700);
    response.on('close', () => clearInterval(timer));
  });
  app.post('/firmware', (request, response) => {
    request.resume();
    request.on('end', () => response.status(202).end());
  });
  app.use((_request, response) => void response.status(404).json({ error: 'not_found' }));
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json({ error: 'bad_request' });
  };
  app.use(refuse);
  return app;
}
