import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import type { Observable } from 'rxjs';

const limit = 1024 * 1024;
const PARSERS = [
  express.json({ limit }),
  express.urlencoded({ extended: true, limit }),
  express.text({ limit }),
  express.raw({ type: () => true, limit }),
];

/** A request or response of Express, which is Node's own, or of Fastify, which holds Node's. */
type Held<Node> = Node & { readonly raw?: Node };

/** Parses behind the guards, as Nest's `FileInterceptor` does. */
export class ParsingInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const [request, response] = context.getArgs<[Held<IncomingMessage>, Held<ServerResponse>]>();
    for (const parser of PARSERS) {
      await new Promise<void>((resolve, reject) => {
        parser(request.raw ?? request, response.raw ?? response, (error) => (error ? reject(error) : resolve()));
      });
    }
    return next.handle();
  }
}

/** Nest's own parsers, which have their turn before any guard has. */
export function parseOnExpress(app: NestExpressApplication): void {
  app.useBodyParser('json', { limit });
  app.useBodyParser('urlencoded', { extended: true, limit });
  app.useBodyParser('text', { limit });
  app.useBodyParser('raw', { type: () => true, limit });
}

/** The same on Fastify, which inflates nothing by itself. */
export function parseOnFastify(app: NestFastifyApplication): void {
  app.useBodyParser('application/json');
  app.useBodyParser('application/x-www-form-urlencoded');
  app.useBodyParser(/^text\//, {}, (_request, bytes, done) => done(null, bytes.toString()));
  app.useBodyParser('*', {}, (_request, bytes, done) => done(null, bytes));
  const instance = app.getHttpAdapter().getInstance();
  instance.addHook('preParsing', ({ headers }, _reply, payload, done) => {
    const inflate = INFLATES[headers['content-encoding'] ?? ''];
    if (inflate === undefined) {
      done(null, payload);
      return;
    }
    const receivedEncodedLength = Number(headers['content-length'] ?? 0);
    done(null, Object.assign<Readable, object>(payload.pipe(inflate()), { receivedEncodedLength }));
  });
}

const INFLATES: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

/** Leaves every body in its stream. */
export function parseNothingOnFastify(app: NestFastifyApplication): void {
  const instance = app.getHttpAdapter().getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
}
