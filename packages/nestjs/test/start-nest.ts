import type { IncomingMessage, Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import { Readable } from 'node:stream';
import type { Assessment } from '@api-security/core';
import type { AdapterApp } from '@api-security/core/testing';
import {
  All,
  Bind,
  Controller,
  HttpCode,
  Module,
  Req,
  StreamableFile,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiSecurity, ApiSecurityModule } from '../src/index.js';
import { ParsingInterceptor, parseNothingOnFastify, parseOnExpress, parseOnFastify } from './body-parsers.js';

/** What the controller reads of the request of either platform. */
interface PlatformRequest extends IncomingMessage {
  readonly originalUrl: string;
  readonly raw?: IncomingMessage & { readonly body?: unknown };
  readonly body?: unknown;
  readonly apiSecurity?: Assessment | null;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const OPTIONS = { bodyParser: false, logger: false } as const;

/** The suite's app on Express. Its parsers are Nest's own, or those of an interceptor. */
export async function startNestOnExpress(given: AdapterApp): Promise<Server> {
  const app = await NestFactory.create<NestExpressApplication>(appModule(given), new ExpressAdapter(), OPTIONS);
  if (given.parser === 'before') parseOnExpress(app);
  return app.listen(0, '127.0.0.1');
}

/** The same on Fastify. */
export async function startNestOnFastify(given: AdapterApp): Promise<Server> {
  return listening(new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES }), given);
}

/** The interceptor's parsers take a request of HTTP/2, which need not tell its length, for one without a body: Nest's own stand in. */
export async function startNestOnFastifyHttp2(given: AdapterApp): Promise<Http2Server> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES, http2: true });
  const parser = given.parser === 'after' ? 'before' : given.parser;
  return (await listening(adapter as never, { ...given, parser })) as unknown as Http2Server;
}

async function listening(adapter: FastifyAdapter, given: AdapterApp): Promise<Server> {
  const app = await NestFactory.create<NestFastifyApplication>(appModule(given), adapter, OPTIONS);
  if (given.parser === 'before') parseOnFastify(app);
  else parseNothingOnFastify(app);
  return app.listen(0, '127.0.0.1');
}

/** One controller that answers everything. */
function appModule({ security, parser, mountPath, route, handler }: AdapterApp): Type {
  @Controller(mountPath)
  class AppController {
    @All('*')
    @HttpCode(200)
    @Bind(Req())
    async answer(request: PlatformRequest): Promise<object> {
      const { raw, originalUrl: url, body, apiSecurity: assessment } = request;
      const answer = await handler({ request: raw ?? request, url, parsed: body ?? raw?.body, assessment });
      return answer instanceof Readable ? new StreamableFile(answer) : answer;
    }
  }
  if (parser === 'after') UseInterceptors(ParsingInterceptor)(AppController);
  if (route !== null) ApiSecurity(route)(AppController);

  @Module({
    imports: security === null ? [] : [ApiSecurityModule.forRoot(security)],
    controllers: [AppController],
  })
  class AppModule {}
  return AppModule;
}
