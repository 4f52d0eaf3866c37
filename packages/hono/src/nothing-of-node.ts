import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiSecurityError } from '@api-security/core';

const REASON = 'A request passed unseen, for `c.env.incoming` is missing: serve the app with @hono/node-server.';

/** Stands for the Node request and response where there are none: whatever is read of it says why nothing could be inspected. */
export const NOTHING_OF_NODE: IncomingMessage & ServerResponse = new Proxy({} as IncomingMessage & ServerResponse, {
  get() {
    throw new ApiSecurityError('API_SECURITY_REQUEST_INVALID', REASON);
  },
});
