const apiSecurity = require('@api-security/fastify');
const Fastify = require('fastify');
const { attack } = require('./attack.cjs');

void (async () => {
  const app = Fastify();
  await app.register(apiSecurity({ mode: 'block', limits: { timeMs: 5000 } }));
  app.get('/users', async () => []);
  await app.listen({ port: 0, host: '127.0.0.1' });
  await attack(app.server, app.apiSecurity);
})();
