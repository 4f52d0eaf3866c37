import { apiSecurity } from '@api-security/koa';
import Koa from 'koa';
import { attack } from './attack.cjs';

const security = apiSecurity({ mode: 'block', limits: { timeMs: 5000 } });
const app = new Koa();
app.use(security);
app.use((ctx) => {
  ctx.body = [];
});
void attack(app.listen(0, '127.0.0.1'), security);
