import { once } from 'node:events';
import { createApiSecurity } from '@api-security/core';
import {
  type ArgumentsHost,
  Bind,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Post,
  Req,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it, vi } from 'vitest';
import ApiSecurityModuleByDefault, {
  ApiSecurity,
  ApiSecurityEngine,
  ApiSecurityModule,
  type ApiSecurityOptions,
  type ApiSecurityRejection,
  type Assessment,
  SkipApiSecurity,
} from '../src/index.js';
import { fakeOptions, PLATFORMS, start } from './start-app.js';

const ATTACK = `?id=${encodeURIComponent("1' or 1=1 --")}`;
const NEIGHBOUR = `?id=${encodeURIComponent("O'Brien")}`;

/** An app of the given controllers. */
function moduleOf(controllers: Type[], given: ApiSecurityOptions | ApiSecurityEngine): Type {
  @Module({ imports: [ApiSecurityModule.forRoot(given)], controllers })
  class AppModule {}
  return AppModule;
}

@Controller('users')
class UsersController {
  @Get()
  @Bind(Req())
  list(request: { apiSecurity?: Assessment | null }): object {
    return { level: request.apiSecurity?.level ?? null };
  }
}

@Controller('webhooks')
class WebhooksController {
  @Get('raw')
  @SkipApiSecurity()
  raw(): string {
    return 'raw';
  }

  @Get('watched')
  @ApiSecurity({ mode: 'monitor' })
  watched(): string {
    return 'watched';
  }

  @Get('plain')
  plain(): string {
    return 'plain';
  }
}

@SkipApiSecurity()
class Skipped {
  @Get('inherited')
  inherited(): string {
    return 'inherited';
  }
}

@Controller('internal')
class InternalController extends Skipped {
  @Get('metrics')
  metrics(): string {
    return 'metrics';
  }

  @Get('admin')
  @ApiSecurity({ mode: 'block' })
  admin(): string {
    return 'admin';
  }
}

const refused = async (answer: Promise<Response>) => {
  const { status, headers } = await answer;
  return { status, type: headers.get('content-type') };
};
const REFUSED = { status: 403, type: 'application/problem+json' };

describe.each(PLATFORMS)('ApiSecurityModule on %s', (_name, newAdapter) => {
  describe('forRoot', () => {
    it('rejects an attack and hands the assessment to handlers', async () => {
      const { ask } = await start(moduleOf([UsersController], fakeOptions({ mode: 'block' })), newAdapter());
      expect(await refused(ask(`/users${ATTACK}`))).toEqual(REFUSED);
      expect(await (await ask(`/users${NEIGHBOUR}`)).json()).toEqual({ level: 'low' });
    });

    it('only watches by default', async () => {
      const { app, ask } = await start(moduleOf([UsersController], fakeOptions()), newAdapter());
      const alerted = once(app.get(ApiSecurityEngine) as never, 'alert');
      expect((await ask(`/users${ATTACK}`)).status).toBe(200);
      const [{ assessment }] = await alerted;
      expect(assessment).toMatchObject({ category: 'sqli', decision: { action: 'flag', reason: 'monitor' } });
    });

    it('closes the engine it made when the app closes, and none that it was given', async () => {
      const made = await start(moduleOf([], fakeOptions({ mode: 'block' })), newAdapter());
      const engine = made.app.get(ApiSecurityEngine);
      await made.app.close();
      expect(engine.mode).toBe('off');

      const own = createApiSecurity(fakeOptions({ mode: 'block' }));
      const given = await start(moduleOf([], own), newAdapter());
      expect(given.app.get(ApiSecurityEngine)).toBe(own);
      await given.app.close();
      expect(own.mode).toBe('block');
      await own.close();
    });

    it('does not start without its models', async () => {
      const module = moduleOf([], { models: '/nowhere' });
      await expect(start(module, newAdapter())).rejects.toMatchObject({ code: 'API_SECURITY_MODEL_NOT_FOUND' });
    });

    it('listens once the models are loaded', async () => {
      const { app, ask } = await start(moduleOf([UsersController], fakeOptions({ mode: 'block' })), newAdapter());
      await ask(`/users${NEIGHBOUR}`);
      expect(app.get(ApiSecurityEngine).counters).toMatchObject({ scored: 1, unscored: 0 });
    });
  });

  it('needs no options', async () => {
    @Module({ imports: [ApiSecurityModule.forRoot()], controllers: [UsersController] })
    class AppModule {}
    const { app, ask } = await start(AppModule, newAdapter());
    expect((await ask('/users?id=42')).status).toBe(200);
    expect(app.get(ApiSecurityEngine).mode).toBe('monitor');
  });

  it('takes options from elsewhere by forRootAsync, also later', async () => {
    class Settings {
      readonly mode = 'block' as const;
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    const options = fakeOptions();
    @Module({
      imports: [
        ApiSecurityModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async ({ mode }: Settings) => ({ ...options, mode }),
        }),
      ],
      controllers: [UsersController],
    })
    class AppModule {}
    const { app, ask } = await start(AppModule, newAdapter());
    expect(app.get(ApiSecurityEngine).mode).toBe('block');
    expect(await refused(ask(`/users${ATTACK}`))).toEqual(REFUSED);
    expect((await ask(`/users${NEIGHBOUR}`)).status).toBe(200);
  });

  it('injects the engine everywhere', async () => {
    @Injectable()
    class Alerts {
      @Inject(ApiSecurityEngine) readonly security!: ApiSecurityEngine;
    }
    @Module({ providers: [Alerts], exports: [Alerts] })
    class AlertsModule {}
    @Module({ imports: [AlertsModule, ApiSecurityModule.forRoot(fakeOptions({ mode: 'block' }))] })
    class AppModule {}
    const { app } = await start(AppModule, newAdapter());
    expect(app.get(Alerts, { strict: false }).security).toBe(app.get(ApiSecurityEngine));
    expect((await app.get(ApiSecurityEngine).analyze({ method: 'GET', url: `/users${ATTACK}` })).level).toBe(
      'critical',
    );
  });

  describe('decorators', () => {
    it('loosen and tighten handlers, and leave their neighbours as they are', async () => {
      const module = moduleOf([WebhooksController], fakeOptions({ mode: 'block' }));
      const { app, ask } = await start(module, newAdapter());
      const statuses: number[] = [];
      for (const path of ['raw', 'watched', 'plain']) statuses.push((await ask(`/webhooks/${path}${ATTACK}`)).status);
      expect(statuses).toEqual([200, 200, 403]);
      const counted = { skipped: 1, requests: 2, scored: 2, unscored: 0, rejected: 1 };
      await vi.waitFor(() => expect(app.get(ApiSecurityEngine).counters).toMatchObject(counted));
    });

    it('on a controller hold for its handlers, inherited ones too, unless they have their own', async () => {
      const { ask } = await start(moduleOf([InternalController], fakeOptions({ mode: 'block' })), newAdapter());
      const statuses: number[] = [];
      for (const path of ['inherited', 'metrics', 'admin']) {
        statuses.push((await ask(`/internal/${path}${ATTACK}`)).status);
      }
      expect(statuses).toEqual([200, 200, 403]);
    });

    it('make one handler block in an app that only watches', async () => {
      const { ask } = await start(moduleOf([InternalController, UsersController], fakeOptions()), newAdapter());
      expect(await refused(ask(`/internal/admin${ATTACK}`))).toEqual(REFUSED);
      expect((await ask(`/internal/admin${NEIGHBOUR}`)).status).toBe(200);
      expect((await ask(`/users${ATTACK}`)).status).toBe(200);
    });

    it.each([
      ['API_SECURITY_OPTION_UNKNOWN', { moed: 'block' }],
      ['API_SECURITY_OPTION_INVALID', { mode: 'blok' }],
    ])('are checked at start: %s', async (code, options) => {
      @Controller()
      class MisspeltController {
        @Get()
        @ApiSecurity(options as never)
        get(): void {}
      }
      const module = moduleOf([MisspeltController], fakeOptions());
      await expect(start(module, newAdapter())).rejects.toMatchObject({ code });
    });
  });

  describe('a rejection', () => {
    it('comes before every other guard', async () => {
      const seen: string[] = [];
      class RootGuard implements CanActivate {
        canActivate(): boolean {
          seen.push('root guard');
          return true;
        }
      }
      @Module({
        imports: [ApiSecurityModule.forRoot(fakeOptions({ mode: 'block' }))],
        controllers: [UsersController],
        providers: [{ provide: APP_GUARD, useClass: RootGuard }],
      })
      class AppModule {}
      const { ask } = await start(AppModule, newAdapter());
      expect((await ask(`/users${ATTACK}`)).status).toBe(403);
      expect(seen).toEqual([]);
      expect((await ask(`/users${NEIGHBOUR}`)).status).toBe(200);
      expect(seen).toEqual(['root guard']);
    });

    it('is for the exception filters of the app to answer', async () => {
      @Catch(HttpException)
      class TeapotFilter implements ExceptionFilter<HttpException> {
        catch(exception: HttpException, host: ArgumentsHost): void {
          const { rejection } = exception as ApiSecurityRejection;
          const response = host.switchToHttp().getResponse();
          response.status(418).send({ own: exception.getStatus(), carried: rejection.headers['content-type'] });
        }
      }
      @Module({
        imports: [ApiSecurityModule.forRoot(fakeOptions({ mode: 'block' }))],
        controllers: [UsersController],
        providers: [{ provide: APP_FILTER, useClass: TeapotFilter }],
      })
      class AppModule {}
      const { ask } = await start(AppModule, newAdapter());
      for (const path of ['/users', '/nowhere']) {
        const answer = await ask(`${path}${ATTACK}`);
        expect(answer.status).toBe(418);
        expect(await answer.json()).toEqual({ own: 403, carried: 'application/problem+json' });
      }
    });

    it('keeps the headers that were set before, as those of CORS', async () => {
      const module = moduleOf([UsersController], fakeOptions({ mode: 'block' }));
      const { ask } = await start(module, newAdapter(), (app) => app.enableCors({ origin: 'https://shop.example' }));
      const { status, headers } = await ask(`/users${ATTACK}`, { headers: { origin: 'https://shop.example' } });
      expect({ status, origin: headers.get('access-control-allow-origin') }).toEqual({
        status: 403,
        origin: 'https://shop.example',
      });
    });

    it('is a page for browsers', async () => {
      const { ask } = await start(moduleOf([UsersController], fakeOptions({ mode: 'block' })), newAdapter());
      const answer = await ask(`/users${ATTACK}`, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await answer.text()).toMatch(/^<!doctype html>/);
    });
  });

  describe('a request without a handler', () => {
    it('is rejected in block mode, and its neighbour gets the 404 of the app', async () => {
      const { ask } = await start(moduleOf([UsersController], fakeOptions({ mode: 'block' })), newAdapter());
      expect(await refused(ask(`/nowhere${ATTACK}`))).toEqual(REFUSED);
      const answer = await ask(`/nowhere${NEIGHBOUR}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ statusCode: 404, error: 'Not Found' });
    });

    it('is watched in monitor mode', async () => {
      const { app, ask } = await start(moduleOf([UsersController], fakeOptions()), newAdapter());
      const alerted = once(app.get(ApiSecurityEngine) as never, 'alert');
      expect((await ask(`/nowhere${ATTACK}`)).status).toBe(404);
      expect((await alerted)[0].assessment.category).toBe('sqli');
    });

    it('is told from a handler that finds nothing', async () => {
      @Controller('orders')
      class OrdersController {
        @Get()
        @SkipApiSecurity()
        find(): never {
          throw new NotFoundException('no such order');
        }
      }
      const { ask } = await start(moduleOf([OrdersController], fakeOptions({ mode: 'block' })), newAdapter());
      const answer = await ask(`/orders${ATTACK}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ message: 'no such order' });
    });

    it('is watched, and not rejected, when middleware answers it', async () => {
      const module = moduleOf([UsersController], fakeOptions({ mode: 'block' }));
      const { app, ask } = await start(module, newAdapter(), (nest) =>
        nest.use('/files', (_request: unknown, response: { end(text: string): void }) => response.end('file')),
      );
      const finished = once(app.get(ApiSecurityEngine) as never, 'assessment');
      expect(await (await ask(`/files${ATTACK}`)).text()).toBe('file');
      expect((await finished)[0]).toMatchObject({ level: 'critical', decision: { action: 'flag', reason: 'monitor' } });
    });
  });

  describe('a body', () => {
    @Controller('notes')
    class NotesController {
      @Post()
      @Bind(Body())
      create(body: unknown): unknown {
        return body;
      }
    }
    const post = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });

    it('is judged by its bytes: of two keys of one name, the parser only keeps the last', async () => {
      const { ask } = await start(moduleOf([NotesController], fakeOptions({ mode: 'block' })), newAdapter());
      const answer = await ask('/notes', post(`{"note":"1' or 1=1 --","note":"tea"}`));
      expect(answer.status).toBe(403);
      const neighbour = await ask('/notes', post(`{"note":"O'Brien","note":"tea"}`));
      expect({ status: neighbour.status, body: await neighbour.json() }).toEqual({
        status: 201,
        body: { note: 'tea' },
      });
    });

    it('that the parser of the app refuses is refused as ever, and flagged', async () => {
      const { app, ask } = await start(moduleOf([NotesController], fakeOptions({ mode: 'block' })), newAdapter());
      const finished = once(app.get(ApiSecurityEngine) as never, 'assessment');
      expect((await ask('/notes', post(`{"note":"1' or 1=1 --"`))).status).toBe(400);
      expect((await finished)[0]).toMatchObject({ level: 'critical', response: { status: 400 } });
    });
  });
});

describe('ApiSecurityModule on Fastify', () => {
  it('also guards requests that are injected, and an adapter without middleware', async () => {
    for (const adapter of [new FastifyAdapter(), new FastifyAdapter({ skipMiddie: true })]) {
      const module = moduleOf([UsersController], fakeOptions({ mode: 'block' }));
      const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
      await app.init();
      const statuses: number[] = [];
      for (const url of [`/users${ATTACK}`, `/users${NEIGHBOUR}`, `/nowhere${ATTACK}`]) {
        statuses.push((await app.inject(url)).statusCode);
      }
      expect(statuses).toEqual([403, 200, 403]);
      expect(app.get(ApiSecurityEngine).counters).toMatchObject({ requests: 3, scored: 3 });
      await app.close();
    }
  });
});

it('is the default export too', () => {
  expect(ApiSecurityModuleByDefault).toBe(ApiSecurityModule);
});
