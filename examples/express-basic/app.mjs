import { apiSecurity } from '@api-security/express';
import express from 'express';

const security = apiSecurity();
security.on('alert', ({ assessment: { level, category, client, request } }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const app = express();
app.use(security, express.json());
app.get('/users', (request, response) => response.json({ id: request.query.id ?? null }));

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1');
security.attach(server);
