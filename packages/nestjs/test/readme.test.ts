import { Bind, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { expect, it } from 'vitest';
import { type Alert, ApiSecurity, ApiSecurityEngine, ApiSecurityModule, SkipApiSecurity } from '../src/index.js';
import { fakeOptions, PLATFORMS, start } from './start-app.js';

const ATTACK = `?q=${encodeURIComponent("' or 1=1--")}`;

@Controller('users')
class UsersController {
  @Get(':id')
  @Bind(Param('id'))
  user(id: string): object {
    return { id };
  }
}

@Controller('questions')
@ApiSecurity({ mode: 'monitor' })
class QuestionsController {
  @Post('drafts')
  @ApiSecurity({ exempt: [{ field: 'query.q', category: 'sqli' }] })
  draft(): void {}

  @Get('health')
  @SkipApiSecurity()
  health(): void {}

  @Get()
  list(): void {}
}

it.each(PLATFORMS)('protects the app of the README on %s', async (_name, newAdapter) => {
  @Module({
    imports: [ApiSecurityModule.forRoot(fakeOptions({ mode: 'block' }))],
    controllers: [UsersController, QuestionsController],
  })
  class AppModule {}
  const alerts: Alert[] = [];
  const { ask } = await start(AppModule, newAdapter(), (app) => {
    const security = app.get(ApiSecurityEngine);
    security.on('alert', (alert) => alerts.push(alert));
    security.attach(app.getHttpServer());
  });

  expect(await (await ask('/users/42')).json()).toEqual({ id: '42' });
  expect((await ask(`/users/42${ATTACK}`)).status).toBe(403);
  expect(alerts.map(({ assessment }) => assessment.category)).toEqual(['sqli']);
  const statuses = [
    (await ask(`/questions/drafts${ATTACK}`, { method: 'POST' })).status,
    (await ask(`/questions/drafts?other=${ATTACK}`, { method: 'POST' })).status,
    (await ask(`/questions/health${ATTACK}`)).status,
    (await ask(`/questions${ATTACK}`)).status,
  ];
  expect(statuses).toEqual([201, 403, 200, 200]);
});
