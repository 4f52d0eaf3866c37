/**
 * What stands in front of the app, each as its own documentation mounts it: its middleware of each framework that it knows.
 * All trust the proxy on this machine for the client's address, as in production.
 */
const PROXY = 'loopback';

/** The engines of this process, to ask for their counters and to close them. */
const engines = [];

const ours = (options) => {
  const guard = ({ apiSecurity }) => {
    const security = apiSecurity({ trustProxy: PROXY, ...options });
    engines.push(security);
    return security;
  };
  return {
    express: () => guard(require('@api-security/express')),
    koa: () => guard(require('@api-security/koa')),
    fastify: () => guard(require('@api-security/fastify')),
  };
};

exports.engines = engines;
exports.guards = {
  bare: { express: null, koa: null, fastify: null },
  'api-security block': ours({ mode: 'block' }),
  'api-security monitor': ours({ mode: 'monitor' }),
  'express-rate-limit': {
    express: () => require('express-rate-limit').rateLimit({ windowMs: 60_000, limit: 1_000_000_000 }),
  },
  'easy-waf': {
    // It inspects what a parser made of the body.
    isBehindParser: true,
    express: () => require('easy-waf').default({ trustProxy: [PROXY] }),
  },
  'aikido-zen': {
    // Wraps http, the framework and what the handler calls; it has to be there before them, and is no middleware.
    preload: () => {
      process.env.AIKIDO_BLOCK = 'true';
      require('@aikidosec/firewall');
    },
    express: (app) => require('@aikidosec/firewall').addExpressMiddleware(app),
    koa: (app) => require('@aikidosec/firewall').addKoaMiddleware(app),
    fastify: (app) => require('@aikidosec/firewall').addFastifyHook(app),
  },
};
