// What `require('@api-security/fastify')` gives: the function itself, with everything else on it.
const exported = require('./dist/index.cjs');

module.exports = Object.assign(exported.apiSecurity, exported);
