import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operation } from '../apis/graphql-profile.js';
import type { Call } from '../http-client.js';
import { jsonCall } from '../http-client.js';
import { type ClientKind, defineKind } from '../kind.js';
import type { Random } from '../random.js';
import { inParallel, pause, type Session } from '../session.js';
import { commonPassword, word } from '../text.js';
import { runTool } from '../tool.js';
import { User } from '../user.js';

type Secret = 'bearer' | 'web-token' | 'api-key' | 'code';

const part = (random: Random, value: object): string =>
  Buffer.from(JSON.stringify({ ...value, n: random.int(1, 1e6) })).toString('base64url');

/** A guess at a secret, as a call that hands it in. */
function guess({ api, random }: Session, secret: Secret): Call {
  if (secret === 'code')
    return api.redeem(random.chance(0.5) ? String(random.int(0, 999_999)).padStart(6, '0') : random.hex(8));
  const { method, path } = api.me();
  if (secret === 'api-key') return { method, path, headers: { 'x-api-key': random.hex(32) } };
  const token =
    secret === 'bearer'
      ? random.hex(40)
      : `${part(random, { alg: 'HS256' })}.${part(random, { sub: word(random) })}.${random.hex(43)}`;
  return { method, path, headers: { authorization: `Bearer ${token}` } };
}

/** Guesses tokens, keys, or codes that were sent to somebody else. */
const tokens = defineKind({
  name: 'token-guessing-script',
  pattern: 'brute-force',
  tool: 'own',
  count: 48,
  maxSeconds: 80,
  draw: (random) => ({
    secret: random.pick<Secret>(['bearer', 'web-token', 'api-key', 'code', 'code']),
    tries: random.int(20, 160),
    gapMs: random.pick([0, 0, 30, 150, 600, 2000, 4000]),
    width: random.pick([1, 1, 2, 6]),
    keepAlive: random.chance(0.5),
    browserAgent: random.chance(0.4),
  }),
  run: async (session, { secret, tries, gapMs, width, keepAlive, browserAgent }) => {
    const user = new User(session, { keepAlive, connections: width, agent: browserAgent ? 'browser' : 'program' });
    await inParallel(session, width, tries, async () => {
      await user.send(guess(session, secret));
      await pause(session, session.random.between(gapMs * 0.5, gapMs * 1.5));
    });
    user.close();
  },
});

/** ffuf with a list of secrets in a header or a code's place. */
const tokensFfuf = defineKind({
  name: 'token-guessing-ffuf',
  pattern: 'brute-force',
  tool: 'ffuf',
  lane: 'tool',
  count: 12,
  maxSeconds: 18,
  draw: (random) => ({
    secret: random.pick<Secret>(['bearer', 'api-key', 'code']),
    tries: random.int(40, 250),
    threads: random.pick([1, 2, 8, 20]),
    delay: random.pick(['', '0.02-0.1', '0.3']),
  }),
  run: async (session, { secret, tries, threads, delay }) => {
    const { api, random, port } = session;
    const file = join(session.workDir, `secrets-${port}.txt`);
    await writeFile(file, Array.from({ length: tries }, () => random.hex(secret === 'code' ? 6 : 32)).join('\n'));
    const call = secret === 'code' ? api.redeem('FUZZ') : api.me();
    const place = { bearer: ['-H', 'Authorization: Bearer FUZZ'], 'api-key': ['-H', 'X-Api-Key: FUZZ'], code: [] };
    const headers = Object.entries(call.headers ?? {}).flatMap(([name, text]) => ['-H', `${name}: ${text}`]);
    const body = call.body === undefined ? [] : ['-d', String(call.body)];
    const pace = delay === '' ? [] : ['-p', delay];
    const manner = ['-s', '-w', file, '-t', String(threads), '-maxtime', '16', '-X', call.method, ...pace];
    const known = secret === 'web-token' ? [] : place[secret];
    const url = `http://127.0.0.1:${port}${call.path}`;
    await runTool(session, 'ffuf', [...manner, ...headers, ...known, ...body, '-u', url]);
  },
});

/** Many passwords in one request: aliases of one GraphQL operation, or a batch of operations. */
const manyInOne = defineKind({
  name: 'graphql-brute-force',
  pattern: 'brute-force',
  tool: 'own',
  count: 30,
  maxSeconds: 60,
  apis: ['graphql'],
  draw: (random) => ({
    form: random.pick(['aliases', 'batch', 'single'] as const),
    passwords: random.pick([5, 10, 20, 40]),
    requests: random.int(12, 60),
    gapMs: random.pick([0, 50, 300, 1500, 4000]),
    accounts: random.pick([1, 1, 20]),
    keepAlive: random.chance(0.6),
  }),
  run: async (session, { form, passwords, requests, gapMs, accounts, keepAlive }) => {
    const { api, random } = session;
    const user = new User(session, { keepAlive, agent: random.pick(['browser', 'program']) });
    const victims = Array.from({ length: accounts }, () => random.pick(api.accounts).user);
    const tried = (): string =>
      `signIn(user: "${random.pick(victims)}", password: "${commonPassword(random)}") { token }`;
    const many = Array.from({ length: passwords });
    for (let i = 0; i < requests && !session.signal.aborted; i++) {
      if (form === 'single') await user.send(operation(`mutation { ${tried()} }`));
      else if (form === 'aliases')
        await user.send(operation(`mutation { ${many.map((_, n) => `a${n}: ${tried()}`).join(' ')} }`));
      else
        await user.send(
          jsonCall(
            'POST',
            '/graphql',
            many.map(() => ({ query: `mutation { ${tried()} }` })),
          ),
        );
      await pause(session, random.between(gapMs * 0.5, gapMs * 1.5));
    }
    user.close();
  },
});

export const GUESSING: readonly ClientKind[] = [tokens, tokensFfuf, manyInOne];
