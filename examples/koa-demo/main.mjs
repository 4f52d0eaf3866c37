import { apiSecurity } from '@api-security/koa';
import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';

const security = apiSecurity({
  mode: process.env.MODE ?? 'block',
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});
security.on('rejected', ({ level, category, client, request }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const app = new Koa();

// Rejections are answers like any other to what comes before.
app.use(async (ctx, next) => {
  await next();
  process.stdout.write(`${ctx.status} ${ctx.method} ${ctx.path} ${ctx.state.apiSecurity?.level ?? 'not known yet'}\n`);
});
app.use(security);
app.use(bodyParser());
app.use((ctx) => {
  if (ctx.path === '/users') ctx.body = { id: ctx.query.id ?? null };
  if (ctx.path === '/orders' && ctx.method === 'POST') ctx.body = { ordered: ctx.request.body };
});

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
