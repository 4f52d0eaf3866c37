import { apiSecurity } from '@api-security/express';
import express from 'express';
import { attack } from './attack.cjs';

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const app = express().use(security);
app.get('/users', (_request, response) => response.json([]));
void attack(app.listen(0, '127.0.0.1'), security);
