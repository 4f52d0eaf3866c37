// What `require('@api-security/nestjs')` gives: the module class itself, with everything else on it.
const exported = require('./dist/index.cjs');

module.exports = Object.assign(exported.ApiSecurityModule, exported);
