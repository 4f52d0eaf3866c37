import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiSecurity } from '@api-security/core';
import { writeRejection } from '@api-security/core/adapter';
import express from 'express';

export interface GuardedApp {
  /** Status of what a tenant's GET is answered with. */
  get(path: string, tenant?: string): Promise<number>;
  close(): Promise<void>;
}

/** An app in Express that an engine guards, on a port of its own. */
export async function guardedApp(security: ApiSecurity): Promise<GuardedApp> {
  const app = express();
  app.use((request, response, next) => {
    void Promise.resolve(security.guard(request, response)).then((verdict) => {
      if (verdict?.action === 'reject') writeRejection(response, verdict.rejection);
      else next();
    });
  });
  app.use((_request, response) => void response.send('handled'));
  const server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get: async (path, tenant) => {
      const headers = tenant === undefined ? {} : { 'x-tenant': tenant };
      return (await fetch(`${url}${path}`, { headers })).status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
