import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { dashboard } from '@api-security/dashboard';
import { apiSecurity } from '@api-security/express';
import express from 'express';
import pc from 'picocolors';
import { createApi } from './api.mjs';
import { measureLatency } from './latency.mjs';
import { listen } from './listen.mjs';
import { showAlert } from './terminal/live.mjs';
import { showSummary, verdict } from './terminal/summary.mjs';
import { line } from './terminal/text.mjs';
import { showWhatToTry } from './terminal/what-to-try.mjs';
import { ATTACKS } from './traffic/attacks.mjs';
import { hasManyLoopbackAddresses } from './traffic/client.mjs';
import { ORDINARY } from './traffic/ordinary.mjs';
import { play } from './traffic/play.mjs';
import { countAssessments, counted } from './traffic/tally.mjs';

const { values: flags } = parseArgs({
  options: {
    block: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '3000' },
  },
});

// Ctrl-C, at any time: stop the traffic, close everything, leave.
const stop = new AbortController();
setMaxListeners(0, stop.signal);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort());
process.stdout.on('error', () => stop.abort());

const own = await hasManyLoopbackAddresses();
const options = {
  mode: flags.block ? 'block' : 'monitor',
  // Only where the machine has a single loopback address: the demo's clients say who they are. Not for a real app.
  ...(!own && { client: (request) => request.headers['x-demo-client'] }),
  // Alerts are shown below, in colour.
  logger: { debug() {}, info() {}, warn() {}, error: (_fields, message) => line(pc.red(message)) },
};

// All that it takes to protect an app.
const security = apiSecurity(options);
security.on('alert', showAlert);
// Whoever is on this machine may look and change things. A real app asks its own session here.
const pages = dashboard(security, {
  authorize: ({ headers }) =>
    /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(headers.host ?? '') && {
      actor: 'demo',
      can: ['read', 'acknowledge', 'label', 'configure'],
    },
  title: 'Tea shop',
});
// In front of the guard: operators paste attacks into notes and filters.
const app = express().use('/security', pages).use(createApi(security));
const server = createServer(app);
security.attach(server);
pages.attach(server);

try {
  await security.ready();
  const port = await listen(server, Number(flags.port));
  const models = security.models.map(({ manifest }) => `${manifest.role} ${manifest.version}`).join(', ');
  line(`${pc.bold('api-security demo')}  ${options.mode} mode, models: ${models}`);
  line(`The API listens on http://localhost:${port}`);
  line(`Watch it on ${pc.bold(`http://localhost:${port}/security/`)}`);
  line(
    `${ORDINARY.length} ordinary clients and ${ATTACKS.length} attackers come by now; this takes about 25 seconds.\n`,
  );

  const ordinary = counted(ORDINARY, '127.0.0.', 11);
  const attacks = counted(ATTACKS, '127.0.0.', 101);
  const tally = countAssessments(security, [...ordinary, ...attacks]);
  await play({ ordinary, attacks }, { port, own }, stop.signal);
  await tally.settled(stop.signal);
  const { counters } = security;
  const latency = await measureAlone();
  showSummary({ ordinary, attacks, counters, latency });

  if (flags.once) process.exitCode = verdict({ ordinary, attacks, counters }) ? 0 : 1;
  else {
    showWhatToTry(port);
    await once(stop.signal, 'abort');
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  pages.close();
  server.closeAllConnections();
  server.close();
  await security.close();
}

/** With an engine of its own, which rejects nothing: the measurement must not depend on what has happened before. */
async function measureAlone() {
  const measured = apiSecurity({ ...options, policy: { actions: { critical: 'flag' } } });
  try {
    await measured.ready();
    return await measureLatency(measured, own, stop.signal);
  } finally {
    await measured.close();
  }
}
