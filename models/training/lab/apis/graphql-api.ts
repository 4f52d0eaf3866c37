import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { execute, failure, type Operation, pageOf, statusOf } from './graphql-execute.js';
import { GRAPHQL, LISTENERS, TRACKS } from './graphql-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const MOST_OPERATIONS = 40;

/** The demo API `graphql`. `security` is mounted after the JSON parser and before the form parser. */
export function graphqlApi(security: RequestHandler): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '256kb' }));
  app.use(security);
  app.use(express.urlencoded({ extended: false }), webApp(GRAPHQL));
  const userOf = (header: string | undefined): string | null =>
    header?.startsWith('Bearer g-') ? header.slice(9) : null;
  const answer = (
    operations: readonly Operation[],
    isBatch: boolean,
    user: string | null,
    response: Response,
  ): void => {
    const results = operations.map((operation) => execute(operation, user));
    const isSlow = operations.some(({ query }) => String(query).includes('chart'));
    const send = (): void =>
      void response
        .status(statusOf(results))
        .type('application/graphql-response+json')
        .send(JSON.stringify(isBatch ? results : results[0]));
    setTimeout(send, isSlow ? 1100 : 3 * operations.length);
  };
  app.get('/', (_request, response) => void response.type('html').send('<!doctype html><title>Music</title>'));
  app.get('/client.js', (_request, response) => void response.type('js').send('void 0;\n'.repeat(9000)));
  app.get('/graphql/health', (_request, response) => void response.json({ status: 'pass' }));
  app.post('/graphql', (request, response) => {
    const isBatch = Array.isArray(request.body);
    const operations = (isBatch ? request.body : [request.body ?? {}]) as Operation[];
    if (operations.length > MOST_OPERATIONS) response.status(400).json(failure('batch too large', 'BAD_REQUEST'));
    else answer(operations, isBatch, userOf(request.headers.authorization), response);
  });
  app.get('/graphql', (request, response) => {
    const query = String(request.query.query ?? '');
    if (query.startsWith('mutation')) response.status(405).set('allow', 'POST').json(failure('use POST', 'METHOD'));
    else answer([{ query }], false, userOf(request.headers.authorization), response);
  });
  app.get('/graphql/stream', (request, response) => {
    const until = Date.now() + Number(request.query.for ?? 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write('event: next\ndata: {"data":{"played":1}}\n\n');
      if (Date.now() > until) response.end('event: complete\n\n');
    }, 900);
    response.on('close', () => clearInterval(timer));
  });
  app.get('/updates', (request, response) => {
    const timer = setTimeout(() => response.json([]), Math.min(10, Number(request.query.wait) || 0) * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.post('/auth/token', (request, response) => {
    const { username, password } = (request.body ?? {}) as { username?: string; password?: string };
    const known = LISTENERS.some((listener) => listener.user === username && listener.password === password);
    // As OAuth says: a wrong password is a bad request.
    if (known) response.json({ access_token: `g-${username}`, token_type: 'Bearer' });
    else response.status(400).json({ error: 'invalid_grant' });
  });
  app.get('/api/rest/tracks', (request, response) => {
    response.json({
      data: { tracks: pageOf(Number(request.query.page) || 1).map(({ id, title }) => ({ id, title })) },
    });
  });
  app.get('/api/rest/tracks/:id', (request, response) => {
    response.json({ data: { track: TRACKS.find(({ id }) => id === request.params.id) ?? null } });
  });
  app.get('/api/rest/me', (request, response) => {
    const user = userOf(request.headers.authorization);
    response.status(user === null ? 401 : 200).json({ data: { me: user } });
  });
  app.get('/api/rest/recommendations', unsteady(3));
  app.get('/api/rest/royalties', (_request, response) => void response.status(403).json({ data: null }));
  app.post(
    '/api/rest/vouchers/redeem',
    (_request, response) => void response.status(422).json({ error: 'unknown code' }),
  );
  app.post('/covers', (request, response) => {
    request.resume();
    request.on('end', () => response.status(201).json({ ok: true }));
  });
  app.use((_request, response) => void response.status(404).send());
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json(failure('bad request', 'BAD_REQUEST'));
  };
  app.use(refuse);
  return app;
}
