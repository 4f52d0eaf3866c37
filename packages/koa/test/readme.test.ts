import { bodyParser } from '@koa/bodyparser';
import Koa from 'koa';
import { expect, it } from 'vitest';
import type { ApiSecurityState } from '../src/index.js';
import { withApp, withSecurity } from './with-app.js';

// As the README says to those who do not want to name the state of each app.
declare module 'koa' {
  interface DefaultState extends ApiSecurityState {}
}

it('protects the app of the README', async () => {
  await withSecurity({ mode: 'block' }, async (security) => {
    const app = new Koa();
    app.use(security);
    app.use(bodyParser());
    app.use((ctx) => {
      const level: string | undefined = ctx.state.apiSecurity?.level;
      ctx.body = { id: ctx.query.id, level };
    });
    await withApp(app, async ({ ask }) => {
      expect(await (await ask('/users?id=42')).json()).toEqual({ id: '42', level: 'low' });
      const rejected = await ask(`/users?id=${encodeURIComponent("1' or 1=1--")}`);
      expect([rejected.status, rejected.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    });
  });
});
