import { apiSecurity } from '@api-security/fastify';
import Fastify from 'fastify';
import { attack } from './attack.cjs';

const app = Fastify();
await app.register(apiSecurity({ mode: 'block', limits: { timeMs: 5000 } }));
app.get('/users', async () => []);
await app.listen({ port: 0, host: '127.0.0.1' });
void attack(app.server, app.apiSecurity);
