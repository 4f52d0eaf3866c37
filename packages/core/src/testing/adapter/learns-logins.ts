import type { ApiSecurity } from '../../api-security.js';
import { FLOW_FEATURE_COUNT } from '../../flow/feature-schema.js';
import { SIGNALS } from '../../sequence/behaviour-signals.js';
import { memorySequenceStore } from '../../sequence/memory-sequence-store.js';
import type { SequenceStore } from '../../sequence/sequence-store.js';
import { STEP_WIDTH, type Step } from '../../sequence/step.js';
import { type HandledRequest, Refusal } from '../echo.js';
import type { Reply } from '../http-client.js';
import type { Expect, Test } from '../suite.js';
import { within } from '../within.js';
import { json } from './bodies.js';
import { type AdapterHarness, type AppOptions, type GuardedApp, withApp } from './harness.js';
import { sharing } from './sharing.js';

/** Log-ins as the host tells of them, or as its answers do. */
export function learnsLogins(test: Test, expect: Expect, harness: AdapterHarness): void {
  const share = sharing<GuardedApp>(test, (use) => withApp(harness, { ...behindProxy(), handler: logIn }, use));

  const CASES: readonly [what: string, path: string, asked: Asked, seen: Partial<Login>][] = [
    [
      'a failed log-in that is answered with 200',
      '/login',
      { told: 'failed' },
      { failed: 1, login: 1, statusClass: 4 },
    ],
    ['a log-in that is answered with 200', '/login', {}, { failed: 0, login: 1, statusClass: 2 }],
    ['a good log-in that is told of', '/login', { told: 'succeeded' }, { failed: 0, login: 1, statusClass: 2 }],
    [
      'a good log-in that is answered with 401',
      '/login',
      { told: 'succeeded', status: 401 },
      { failed: 0, login: 1, statusClass: 2 },
    ],
    ['an answer of 401', '/login', { status: 401 }, { failed: 1, login: 1, statusClass: 4 }],
    ['an answer of 403', '/api/session', { status: 403 }, { failed: 1, login: 1, statusClass: 4 }],
    ['an answer of 400', '/login', { status: 400 }, { failed: 0, login: 1, statusClass: 4 }],
    ['an answer of 401 anywhere else', '/orders', { status: 401 }, { failed: 1, login: 0, statusClass: 4 }],
    ['a failed log-in on a route that does not look like one', '/wp', { told: 'failed' }, { failed: 1, login: 1 }],
  ];
  for (const [index, [what, path, asked, seen]] of CASES.entries()) {
    for (const mode of ['monitor', 'block'] as const) {
      share(`${what} is in the client's sequence (${mode})`, async (app) => {
        app.security.mode = mode;
        const address = `198.51.100.${2 * index + (mode === 'block' ? 1 : 0)}`;
        const { status } = await attempt(app, address, path, asked);
        expect(status).toBe(asked.status ?? 200);
        const [step, more] = await app.security.sequences.recent(address);
        expect(more).toBe(undefined);
        const login = loginOf(step);
        const compared = Object.fromEntries(Object.keys(seen).map((name) => [name, login[name as keyof Login]]));
        expect(compared).toEqual(seen);
      });
    }
  }

  share('telling of a request that is none is an error of ours, not of the host', async (app) => {
    const { errors } = app.security.counters;
    app.security.login.failed({ raw: {} } as Parameters<ApiSecurity['login']['failed']>[0], 'ann');
    expect(app.security.counters.errors).toBe(errors + 1);
  });

  test('the account of a log-in has a sequence of its own, under a name that does not show it', async () => {
    const store = memorySequenceStore();
    const appended: string[] = [];
    const sequences: SequenceStore = {
      recent: (key) => store.recent(key),
      append: (key, step) => {
        appended.push(key);
        return store.append(key, step);
      },
      forget: (key) => store.forget(key),
      close: () => store.close(),
    };
    const options = { ...behindProxy().options, sequences };
    await withApp(harness, { options, handler: logIn }, async (app) => {
      await attempt(app, '198.51.100.1', '/login', { told: 'failed', user: 'ann' });
      await attempt(app, '198.51.100.2', '/login', { told: 'succeeded', user: 'ann' });
      await attempt(app, '198.51.100.2', '/login', { told: 'failed', user: 'bob' });
    });
    const [first = '', , second = ''] = appended.filter((key) => !key.startsWith('198.51.100.'));
    expect({ appended: appended.length, named: /ann|bob/.test(`${first}${second}`) }).toEqual({
      appended: 6,
      named: false,
    });
    expect([first, second].map((key) => appended.filter((other) => other === key).length)).toEqual([2, 1]);
    expect((await store.recent(first)).map((step) => loginOf(step).failed)).toEqual([1, 0]);
  });

  test('many addresses that try one account make an alert of the account', async () => {
    await withApp(
      harness,
      { ...behindProxy(), handler: logIn, runtime: { sequenceScore: fiveFailures } },
      async (app) => {
        const alerted = within(
          'an alert',
          new Promise<void>((resolve) => {
            app.security.on('alert', ({ assessment }) => {
              expect({ subject: assessment.subject, denied: assessment.decision.action === 'deny' }).toEqual({
                subject: 'account',
                denied: false,
              });
              resolve();
            });
          }),
        );
        for (let i = 1; i <= 6; i++) await attempt(app, `198.51.100.${i}`, '/login', { told: 'failed', user: 'ann' });
        await alerted;
        expect(app.security.counters.accounts > 0).toBe(true);
        expect((await attempt(app, '203.0.113.9', '/login', { told: 'succeeded', user: 'ann' })).status).toBe(200);
      },
    );
  });

  test('many addresses that try an account each make none', async () => {
    await withApp(
      harness,
      { ...behindProxy(), handler: logIn, runtime: { sequenceScore: fiveFailures } },
      async (app) => {
        for (let i = 1; i <= 8; i++)
          await attempt(app, `198.51.100.${i}`, '/login', { told: 'failed', user: `user ${i}` });
        const { accounts, alerts } = app.security.counters;
        expect({ accounts, alerts }).toEqual({ accounts: 0, alerts: 0 });
      },
    );
  });

  test('block stops one address that tries many accounts', async () => {
    await withApp(
      harness,
      { ...behindProxy('block'), handler: logIn, runtime: { sequenceScore: fiveFailures } },
      async (app) => {
        const statuses: number[] = [];
        for (let i = 1; i <= 7; i++) {
          const asked: Asked = { told: 'failed', user: `user ${i}` };
          statuses.push((await attempt(app, '198.51.100.7', '/login', asked)).status);
        }
        expect(statuses).toEqual([200, 200, 200, 200, 200, 403, 403]);
        expect((await attempt(app, '198.51.100.8', '/login', { told: 'succeeded', user: 'user 1' })).status).toBe(200);
      },
    );
  });
}

/** What a client has the handler of {@link logIn} do. */
interface Asked {
  readonly told?: 'failed' | 'succeeded';
  readonly user?: string;
  readonly status?: number;
}

/** A log-in of the host's that does as it is asked to. */
async function logIn({ request }: HandledRequest, security: ApiSecurity | null): Promise<object> {
  const { told, user, status }: Asked = JSON.parse(String(request.headers['x-asked']));
  if (told !== undefined) security?.login[told](request, user);
  if (status !== undefined) throw new Refusal(status);
  return { welcome: told === 'succeeded' };
}

function behindProxy(mode: 'monitor' | 'block' = 'monitor'): AppOptions {
  return { options: { mode, trustProxy: 'loopback' } };
}

/** Asks for a log-in and waits until its step is in the sequences. */
async function attempt(app: GuardedApp, address: string, path: string, asked: Asked): Promise<Reply> {
  const step = app.nextStep();
  const sent = json({ user: 'ann', note: 'tea' }, path);
  const headers = { ...sent.headers, 'x-forwarded-for': address, 'x-asked': JSON.stringify(asked) };
  const reply = await app.send({ ...sent, headers });
  await step;
  return reply;
}

/** What a step says of a log-in. */
interface Login {
  readonly failed: number;
  readonly login: number;
  readonly statusClass: number;
}

const AUTH_FAILED = signal('authFailed');
const LOGIN_ROUTE = signal('loginRoute');
const STATUS_CLASS = signal('statusClass');

function loginOf(step: Step | undefined): Login {
  const at = (index: number) => step?.values[index] ?? Number.NaN;
  return { failed: at(AUTH_FAILED), login: at(LOGIN_ROUTE), statusClass: at(STATUS_CLASS) };
}

/** Where a signal stands in a step. */
function signal(name: string): number {
  return FLOW_FEATURE_COUNT + SIGNALS.findIndex((one) => one.name === name);
}

/** Takes five failed log-ins in one sequence for an attack. */
function fiveFailures(steps: Float32Array, mask: Float32Array): number {
  const failures = mask.reduce((sum, real, row) => sum + real * (steps[row * STEP_WIDTH + AUTH_FAILED] ?? 0), 0);
  return failures >= 5 ? 0.99 : 0.01;
}
