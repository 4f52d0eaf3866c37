import 'reflect-metadata';
import { ApiSecurity, ApiSecurityEngine, ApiSecurityModule, type Mode, SkipApiSecurity } from '@api-security/nestjs';
import { Bind, Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Controller()
class ShopController {
  @Get('users')
  @Bind(Query('id'))
  user(id?: string) {
    return { id: id ?? null };
  }

  @Post('orders')
  @Bind(Body())
  order(ordered: unknown) {
    return { ordered };
  }

  /** People write here about code: what looks like an attack is told of and never rejected. */
  @Post('questions')
  @ApiSecurity({ mode: 'monitor' })
  @Bind(Body())
  question(asked: unknown) {
    return { asked };
  }

  @Get('health')
  @SkipApiSecurity()
  health() {
    return { ok: true };
  }
}

const security = ApiSecurityModule.forRoot({
  mode: (process.env.MODE ?? 'block') as Mode,
  // What a request may wait for the models, in ms; without an answer by then it passes.
  limits: { timeMs: Number(process.env.TIME_MS ?? 25) },
});

@Module({ imports: [security], controllers: [ShopController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();

const engine = app.get(ApiSecurityEngine);
engine.on('alert', ({ assessment: { level, category, client, request } }) => {
  process.stdout.write(`${level}: ${category} from ${client.address}: ${request.method} ${request.path}\n`);
});

const server = await app.listen(process.env.PORT ?? 0, '127.0.0.1');
// Connections that never finish a request, and WebSocket handshakes, pass every middleware by.
engine.attach(server);
process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
