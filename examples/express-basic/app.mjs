import { apiSecurity } from '@api-security/express';
import express from 'express';

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});
security.on('alert', ({ assessment: { level, category, client, request } }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const app = express();
app.use(security, express.json());
app.get('/users', (request, response) => response.json({ id: request.query.id ?? null }));
app.post('/orders', (request, response) => response.json({ ordered: request.body }));

await security.ready();
const server = app.listen(process.env.PORT ?? 0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
// Connections that never finish a request pass every middleware by.
security.attach(server);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => void security.close());
    server.closeIdleConnections();
  });
}
