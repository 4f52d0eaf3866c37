import { Router } from 'express';
import type { Call } from '../http-client.js';
import { Random } from '../random.js';
import { type ApiProfile, bearer } from './profile.js';

const CALLS_PER_PAGE = 40;
const STYLE = 'main { max-width: 60em; margin: auto }\n'.repeat(400);
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">${'<circle cx="4" cy="4" r="3"/>'.repeat(30)}</svg>`;

/** What the page does: bursts of the calls it was given, time to read between them, one thing asked for again and again. */
const SCRIPT = `const plan = JSON.parse(document.getElementById('plan').textContent);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const send = ({ path, method, headers, body }) =>
  fetch(path, { method, headers: { ...plan.token, ...headers }, body }).then((reply) => reply.text()).catch(() => '');
(async () => {
  if (plan.pollMs > 0) setInterval(() => send(plan.poll), plan.pollMs);
  await send(plan.login);
  while (plan.calls.length > 0) {
    await Promise.all(plan.calls.splice(0, 1 + Math.floor(Math.random() * 5)).map(send));
    await pause(plan.thinkMs * (0.3 + Math.random() * 1.5));
  }
})();
${'// padding for a bundle of the usual size\n'.repeat(2500)}`;

/** A page at `/app` that uses the API as a single-page application does, for a browser that runs scripts. */
export function webApp(api: ApiProfile): Router {
  const router = Router();
  const random = new Random(api.name.length * 101);
  const account = (): { user: string; password: string } => random.pick(api.accounts);
  router.get('/app', (_request, response) => {
    const { user, password } = account();
    const calls: Call[] = Array.from({ length: CALLS_PER_PAGE }, () => api.browse(random));
    const plan = {
      token: bearer(api.tokenFor(user)),
      login: random.chance(0.5) ? api.login(user, password) : api.me(),
      poll: random.chance(0.5) ? api.health() : api.list(1),
      pollMs: random.pick([0, 1000, 3000]),
      thinkMs: random.int(300, 4000),
      calls,
    };
    response
      .type('html')
      .send(
        `<!doctype html><title>App</title><link rel="stylesheet" href="/app/style.4f1c.css"><img src="/app/icon.svg" alt="">` +
          `<main></main><script id="plan" type="application/json">${JSON.stringify(plan).replaceAll('<', '\\u003c')}</script>` +
          `<script src="/app/bundle.9ad2.js"></script>`,
      );
  });
  router.get('/app/bundle.9ad2.js', (_request, response) => void response.type('js').send(SCRIPT));
  router.get('/app/style.4f1c.css', (_request, response) => void response.type('css').send(STYLE));
  router.get('/app/icon.svg', (_request, response) => void response.type('svg').send(ICON));
  return router;
}
