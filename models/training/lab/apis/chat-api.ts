import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { CHAT, HISTORY, MEMBERS, MESSAGES_PER_PAGE, ROOMS } from './chat-profile.js';
import { unsteady } from './unsteady.js';
import { webApp } from './web-app.js';

const SCRIPT = 'const room = document.body;\n'.repeat(6000);
const EMOJI = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`emoji-${index}`, '🙂']));

/** The demo API `chat`. `security` is mounted before the body parsers; there are no validators. */
export function chatApi(security: RequestHandler): Express {
  const app = express();
  app.set('etag', false);
  app.use(security);
  app.use(express.json({ limit: '128kb' }), express.urlencoded({ extended: true }), webApp(CHAT));

  app.get('/chat', (_request, response) => void response.type('html').send('<!doctype html><title>Chat</title>'));
  app.get('/chat/chat.js', (_request, response) => void response.type('js').send(SCRIPT));
  app.get('/chat/emoji.json', (_request, response) => void response.json(EMOJI));
  app.get('/api/ping', (_request, response) => void response.json('pong'));
  app.post('/api/session', (request, response) => {
    const { handle, password } = (request.body ?? {}) as { handle?: string; password?: string };
    const known = MEMBERS.some((member) => member.user === handle && member.password === password);
    setTimeout(() => {
      if (known) response.json({ sessionToken: `c-${handle}`, rooms: ROOMS });
      else response.status(401).json({ ok: false, error: 'nope' });
    }, 90);
  });
  app.post('/api/invitations/accept', (_request, response) => void response.status(410).json({ ok: false }));
  app.use('/api', (request, response, next) => {
    if (request.headers.authorization?.startsWith('Bearer c-')) next();
    else response.status(401).json({ ok: false, error: 'not_signed_in' });
  });
  app.get('/api/me', (request, response) => void response.json({ ok: true, me: request.headers.authorization }));
  app.put('/api/presence', (_request, response) => void response.status(204).end());
  app.get('/api/rooms', (_request, response) => void response.json({ ok: true, rooms: ROOMS }));
  app.use('/api/rooms/:room', (request, response, next) => {
    const { room } = request.params;
    if (ROOMS.includes(room)) next();
    else response.status(room.endsWith('-private') ? 403 : 404).json({ ok: false, error: 'no_such_room' });
  });
  app.get('/api/rooms/:room/messages', (request, response) => {
    const limit = Number(request.query.limit ?? MESSAGES_PER_PAGE);
    if (!(limit >= 1 && limit <= 200)) {
      response.status(400).json({ ok: false, error: 'limit' });
      return;
    }
    const before = String(request.query.before ?? '');
    const end = before === '' ? HISTORY.length : HISTORY.findIndex(({ id }) => id >= before);
    const until = end < 0 ? HISTORY.length : end;
    response.json({ ok: true, messages: HISTORY.slice(Math.max(0, until - limit), until) });
  });
  app.post('/api/rooms/:room/messages', (request, response) => {
    const text = (request.body as { text?: unknown } | undefined)?.text;
    if (typeof text === 'string' && text !== '') response.status(201).json({ ok: true, id: HISTORY.at(-1)?.id });
    else response.status(400).json({ ok: false, error: 'text' });
  });
  app.post('/api/rooms/:room/typing', (_request, response) => void response.status(202).end());
  app.get('/api/rooms/:room/members', (_request, response) => {
    response.json({ ok: true, members: MEMBERS.slice(0, 60).map(({ user }) => user) });
  });
  app.get('/api/rooms/:room/digest', (_request, response) => {
    setTimeout(() => response.json({ ok: true, digest: 'quiet' }), 700);
  });
  app.get('/api/rooms/:room/export', (_request, response) => void response.json(HISTORY));
  app.get('/api/search', (request, response) => {
    const text = String(request.query.q ?? '');
    response.json({ ok: true, messages: HISTORY.filter((message) => message.text.includes(text)).slice(-20) });
  });
  app.post('/api/messages/import', (_request, response) => void response.status(202).json({ ok: true }));
  app.get('/api/messages/:id', (request, response) => {
    const message = HISTORY.find(({ id }) => id === request.params.id);
    if (message === undefined) response.status(404).json({ ok: false, error: 'no_such_message' });
    else response.json({ ok: true, message });
  });
  app.put('/api/messages/:id', (_request, response) => void response.json({ ok: true }));
  app.post('/api/messages/:id/reactions', (_request, response) => void response.status(201).json({ ok: true }));
  app.get('/api/messages/:id/translation', unsteady(6));
  app.post('/api/attachments', (request, response) => {
    request.resume();
    request.on('end', () => response.status(201).json({ ok: true }));
  });
  app.get('/api/events', (request, response) => {
    const seconds = Math.min(10, Number(request.query.timeout) || 0);
    const timer = setTimeout(() => response.json({ ok: true, events: [] }), seconds * 1000);
    response.on('close', () => clearTimeout(timer));
  });
  app.get('/api/events/stream', (request, response) => {
    const until = Date.now() + Number(request.query.for ?? 5) * 1000;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      response.write(`event: message\nid: ${HISTORY.at(-1)?.id}\ndata: {"text":"hello"}\n\n`);
      if (Date.now() > until) response.end();
    }, 600);
    response.on('close', () => clearInterval(timer));
  });
  app.use((_request, response) => void response.status(404).json({ ok: false, error: 'unknown_method' }));
  const refuse: ErrorRequestHandler = (_error, _request, response, next) => {
    if (response.headersSent) next();
    else response.status(400).json({ ok: false, error: 'bad_request' });
  };
  app.use(refuse);
  return app;
}
