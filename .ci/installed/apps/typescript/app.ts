import { createRequire } from 'node:module';
import { type ApiSecurityMiddleware, type Assessment, apiSecurity } from '@api-security/express';
import express from 'express';

const { attack } = createRequire(import.meta.url)('../../attack.cjs') as {
  attack(server: object, security: ApiSecurityMiddleware): Promise<void>;
};
const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
security.on('rejected', (assessment: Assessment) => void assessment.evidence[0]?.place);
const app = express().use(security);
app.get('/users', (request, response) => void response.json({ level: request.apiSecurity?.level ?? null }));
void attack(app.listen(0, '127.0.0.1'), security);
