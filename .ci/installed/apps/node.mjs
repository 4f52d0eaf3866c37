import { createServer } from 'node:http';
import { apiSecurity } from '@api-security/node';
import { attack } from './attack.cjs';

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const server = createServer(security.wrap((_request, response) => response.end('[]')));
void attack(server.listen(0, '127.0.0.1'), security);
