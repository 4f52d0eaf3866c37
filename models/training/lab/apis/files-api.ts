import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { FILE_USERS, FILES, FILES_PROFILE, type StoredFile } from './files-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const PAGE_SIZE = 50;
const MOST_BYTES = 4_000_000;
const BLOCK = Buffer.alloc(1_000_000, 'The quick brown fox. ');
const ICON = Buffer.alloc(3200, 7);

/** The demo API `files`. `security` comes first; bodies are parsed by the routes that want them, uploads by none. */
export function filesApi(security: RequestHandler): Express {
  const app = express();
  app.set('etag', 'strong');
  app.use(security, webApp(FILES_PROFILE));
  const readJson = express.json({ limit: '300kb' });
  const versions = new Map<string, number>();
  const tagOf = (id: string): string => `"${id}-${versions.get(id) ?? 0}"`;
  const find = (id: string | undefined, response: Response): StoredFile | undefined => {
    const file = FILES.find((entry) => entry.id === id);
    if (file === undefined) response.status(404).type('application/problem+json').json({ title: 'no such file' });
    return file;
  };
  app.get('/drive', (_request, response) => void response.type('html').send(`<!doctype html>${'<li>'.repeat(300)}`));
  app.get('/drive/drive.js', (_request, response) => void response.type('js').send('let a = 1;\n'.repeat(5000)));
  app.get('/-/live', (_request, response) => void response.type('text').send('live\n'));
  app.get('/robots.txt', (_request, response) => void response.type('text').send('User-agent: *\nDisallow:\n'));
  app.post('/auth/login', readJson, express.urlencoded({ extended: false }), (request, response) => {
    const { name, pass } = (request.body ?? {}) as { name?: string; pass?: string };
    const known = FILE_USERS.some(({ user, password }) => user === name && password === pass);
    setTimeout(() => {
      if (known) response.status(201).json({ key: `f-${name}` });
      else response.status(403).type('application/problem+json').json({ title: 'denied' });
    }, 35);
  });
  app.get('/s/:code', (request, response) => {
    if (request.params.code === 'welcome') response.redirect(302, `/files/${FILES[0]?.id ?? ''}/content`);
    else response.status(404).json({ title: 'this link has expired' });
  });
  app.get('/archive.zip', (_request, response) => void response.type('zip').send(BLOCK.subarray(0, 700_000)));
  app.get('/files/find', (request, response) => {
    const text = String(request.query.text ?? '').toLowerCase();
    response.json({ entries: FILES.filter(({ name }) => name.includes(text)).slice(0, 30) });
  });
  app.use(['/files', '/quota', '/changes', '/teams'], (request, response, next) => {
    if (request.headers.authorization?.startsWith('Bearer f-')) next();
    else response.status(401).set('www-authenticate', 'Bearer').json({ title: 'token required' });
  });
  app.get('/teams/:id/files', (_request, response) => void response.status(403).json({ title: 'not your team' }));
  app.get('/quota', (_request, response) => void response.json({ used: 812_000_000, of: 2_000_000_000 }));
  app.get('/changes', (request, response) => {
    const timer = setTimeout(() => response.status(204).end(), Math.min(10, Number(request.query.wait) || 0) * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.get('/changes/stream', (request, response) => {
    const until = Date.now() + Number(request.query.for ?? 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write('data: {"changed":[]}\n\n');
      if (Date.now() > until) response.end();
    }, 2500);
    response.on('close', () => clearInterval(timer));
  });
  app.get('/files', (request, response) => {
    const offset = Number(request.query.offset ?? 0);
    if (Number.isInteger(offset) && offset >= 0)
      response.json({ entries: FILES.slice(offset, offset + PAGE_SIZE), total: FILES.length });
    else response.status(400).json({ title: 'offset' });
  });
  app.post('/files', (request, response) => {
    if (!request.headers['content-type']?.startsWith('multipart/form-data')) {
      response.status(415).json({ title: 'multipart/form-data expected' });
      return;
    }
    request.resume();
    request.on('end', () =>
      response
        .status(201)
        .location(`/files/${FILES[1]?.id ?? ''}`)
        .json({ stored: true }),
    );
  });
  app.post('/files/tags', readJson, (_request, response) => void response.status(202).end());
  app.get('/files/:id', (request, response) => {
    const file = find(request.params.id, response);
    if (file !== undefined) response.set('etag', tagOf(file.id)).json(file);
  });
  app.patch('/files/:id', readJson, (request, response) => {
    const file = find(request.params.id, response);
    if (file !== undefined) response.json({ ...file, ...(request.body as object) });
  });
  app.delete('/files/:id', (request, response) => {
    if (find(request.params.id, response) !== undefined) response.status(204).end();
  });
  app.get('/files/:id/content', (request, response) => {
    const file = find(request.params.id, response);
    if (file === undefined) return;
    response.set({ etag: tagOf(file.id), 'accept-ranges': 'bytes' }).type('bin');
    if (request.headers['if-none-match'] === tagOf(file.id)) {
      response.status(304).end();
      return;
    }
    const range = request.range(file.bytes);
    const part = Array.isArray(range) ? range[0] : undefined;
    if (range === -1) response.status(416).set('content-range', `bytes */${file.bytes}`).end();
    else if (part !== undefined) {
      response.status(206).set('content-range', `bytes ${part.start}-${part.end}/${file.bytes}`);
      response.end(BLOCK.subarray(part.start, part.end + 1));
    } else {
      // Chunked, a piece at a time.
      for (let at = 0; at < file.bytes; at += 65_536)
        response.write(BLOCK.subarray(at, Math.min(file.bytes, at + 65_536)));
      response.end();
    }
  });
  app.put('/files/:id/content', (request, response) => {
    const id = request.params.id;
    const match = request.headers['if-match'];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      if (match !== undefined && match !== tagOf(id)) response.status(409).json({ title: 'changed meanwhile' });
      else if (bytes > MOST_BYTES) response.status(413).end();
      else {
        versions.set(id, (versions.get(id) ?? 0) + 1);
        if (versions.size > 2000) versions.clear();
        response.set('etag', tagOf(id)).status(204).end();
      }
    });
  });
  app.get('/files/:id/thumbnail', (_request, response) => void response.type('png').send(ICON));
  app.get('/files/:id/preview', unsteady(5));
  app.get('/files/:id/scan', (_request, response) => void setTimeout(() => response.json({ clean: true }), 1600));
  app.use((_request, response) => void response.status(404).type('html').send('<h1>Not found</h1>'));
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json({ title: 'bad request' });
  };
  app.use(refuse);
  return app;
}
