import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { apiSecurity } from '@api-security/node';

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});
security.on('alert', ({ assessment: { level, category, client, request } }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const notes = [];

/** Method and path → what is answered. */
const routes = {
  'GET /users': (_request, query) => ({ id: query.get('id') }),
  'GET /notes': () => notes,
  'POST /notes': async (request) => ({ count: notes.push(await json(request)) }),
};

async function handle(request, response) {
  try {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const route = routes[`${request.method} ${pathname}`];
    if (route) send(response, 200, await route(request, searchParams));
    else send(response, 404, { error: 'There is nothing here.' });
  } catch {
    send(response, 400, { error: 'That could not be read.' });
  }
}

function send(response, status, answer) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}

const server = createServer(security.wrap(handle));
security.attach(server);
await security.ready();
server.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});

process.once('SIGTERM', async () => {
  server.close();
  await security.close();
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => void security.close());
    server.closeIdleConnections();
  });
}
