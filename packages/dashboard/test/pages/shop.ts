import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiSecurity, silentLogger } from '@api-security/core';
import { apiSecurity } from '@api-security/express';
import express from 'express';
import { createApi } from '../../../../examples/express-demo/api.mjs';
import { ATTACKS } from '../../../../examples/express-demo/traffic/attacks.mjs';
import { hasManyLoopbackAddresses } from '../../../../examples/express-demo/traffic/client.mjs';
import { ORDINARY } from '../../../../examples/express-demo/traffic/ordinary.mjs';
import { play } from '../../../../examples/express-demo/traffic/play.mjs';
import { countAssessments, counted } from '../../../../examples/express-demo/traffic/tally.mjs';
import { dashboard } from '../../src/index.js';

export interface Shop {
  readonly security: ApiSecurity;
  readonly origin: string;
  /** Where the pages are. */
  readonly url: string;
  close(): Promise<void>;
}

/** The demo's shop with the shipped models in block mode, after its ordinary clients and its attackers have come by. */
export async function openShop(): Promise<Shop> {
  const own = await hasManyLoopbackAddresses();
  const client = own
    ? {}
    : { client: (request: { headers: Record<string, unknown> }) => request.headers['x-demo-client'] };
  const security = apiSecurity({ mode: 'block', logger: silentLogger, ...(client as object) });
  const pages = dashboard(security, {
    authorize: () => ({ actor: 'ada', can: ['read', 'acknowledge', 'label', 'configure'] }),
    title: 'Tea shop',
  });
  const app = express();
  app.use('/security', pages);
  app.use(createApi(security));
  const server = createServer(app);
  await security.ready();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ordinary = counted(ORDINARY, '127.0.0.', 11);
  const attacks = counted(ATTACKS, '127.0.0.', 101);
  const tally = countAssessments(security, [...ordinary, ...attacks]);
  const { signal } = new AbortController();
  await play({ ordinary, attacks }, { port, own }, signal);
  await tally.settled(signal);
  return {
    security,
    origin: `http://127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/security/`,
    close: async () => {
      pages.close();
      server.closeAllConnections();
      server.close();
      await security.close();
    },
  };
}
