const { createServer } = require('node:http');
const apiSecurity = require('@api-security/node');
const { attack } = require('./attack.cjs');

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const server = createServer(security.wrap((_request, response) => response.end('[]')));
void attack(server.listen(0, '127.0.0.1'), security);
