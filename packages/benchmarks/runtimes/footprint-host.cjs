// A fresh process with one server, bare or beside an engine: `footprint-host.cjs <http | express> <bare | run time>`. Says what it measured.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');

const [, , host, runtime] = process.argv;

const hosts = {
  http: () => createServer((_, response) => response.end('ok')),
  express: () => {
    const express = require('express');
    const app = express();
    app.use(express.json());
    app.get('/', (_, response) => response.send('ok'));
    return createServer(app);
  },
};

async function start() {
  const began = performance.now();
  const { createApiSecurity, silentLogger } = require('@api-security/core');
  const loaded = performance.now();
  const security = createApiSecurity({ runtime, logger: silentLogger });
  await security.ready();
  const importMs = loaded - began;
  return { security, importMs, readyMs: performance.now() - loaded };
}

/** Without the pages of Node's own binary, which all processes share and any app touches sooner or later. Linux only. */
function ownBytes() {
  return 1024 * Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

async function main() {
  const server = hosts[host]();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const started = runtime === 'bare' ? { security: null, importMs: 0, readyMs: 0 } : await start();
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await wait(50);
  }
  const { importMs, readyMs } = started;
  process.send({ importMs, readyMs, rssBytes: process.memoryUsage.rss(), ownBytes: ownBytes() });
  await started.security?.close();
  server.close();
  process.disconnect();
}

void main();
