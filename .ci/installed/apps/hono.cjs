const apiSecurity = require('@api-security/hono');
const { serve } = require('@hono/node-server');
const { Hono } = require('hono');
const { attack } = require('./attack.cjs');

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const app = new Hono();
app.use(security);
app.get('/users', (c) => c.json([]));
void attack(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }), security);
