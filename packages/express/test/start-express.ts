import { once } from 'node:events';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import type { AdapterApp } from '@api-security/core/testing';
import type express from 'express';
import { apiSecurity } from '../src/index.js';

/** Either major: the suite's app uses what they have in common. */
type Express = Pick<typeof express, 'json' | 'urlencoded' | 'text' | 'raw'> & (() => express.Express);

const LIMIT = '1mb';

/** The suite's app as an Express user would write it. */
export async function startExpress(
  express: Express,
  { security, parser, mountPath, route, handler }: AdapterApp,
): Promise<Server> {
  const app = express();
  const mount = mountPath === '' ? '/' : mountPath;
  const parsers = [
    express.json({ limit: LIMIT }),
    express.urlencoded({ extended: true, limit: LIMIT }),
    express.text({ limit: LIMIT }),
    express.raw({ type: () => true, limit: LIMIT }),
  ];
  if (parser === 'before') app.use(parsers);
  if (security) app.use(mount, apiSecurity(security, route ?? undefined));
  if (parser === 'after') app.use(parsers);
  app.use(mount, (request, response, next) => {
    const { originalUrl, body, apiSecurity: assessment } = request;
    handler({ request, url: originalUrl, parsed: body, assessment }).then((answer) => {
      if (answer instanceof Readable) answer.pipe(response);
      else response.json(answer);
    }, next);
  });
  const answerError: express.ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) next(error);
    else response.status(error.status ?? 500).json({ error: error.message });
  };
  app.use(answerError);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
