import { apiSecurity } from '@api-security/hono';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { attack } from './attack.cjs';

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const app = new Hono();
app.use(security);
app.get('/users', (c) => c.json([]));
void attack(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }), security);
