/** What the tests use of Express, which comes without types. */
declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
  interface Options {
    readonly limit?: number;
    readonly extended?: boolean;
    readonly type?: () => boolean;
  }
  const express: Record<'json' | 'urlencoded' | 'text' | 'raw', (options?: Options) => Middleware>;
  export default express;
}
