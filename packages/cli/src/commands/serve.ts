import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { resolve } from 'node:path';
import { type ApiSecurityOptions, createApiSecurity } from '@api-security/core';
import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { type Io, printLines } from '../output.js';
import type { CommandContext } from './action.js';

interface ServeOptions {
  readonly port: string;
  readonly host: string;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly token?: string;
  readonly models?: string;
}

/** Shortest token, in characters: one that cannot be guessed in a lifetime. */
const MIN_TOKEN_CHARS = 16;
const RIGHTS = ['read', 'acknowledge', 'label', 'configure'] as const;
const COOKIE = 'api-security';
const COOKIE_VALUE = /(?:^|; ?)api-security=([\w-]+)/;
/** Nobody's request waits for what is scored here: it may take its time. */
const BUDGET_MS = 10_000;

/** `serve`: the dashboard as a server of its own, for apps in any language. */
export function serveCommand({ io, exits }: CommandContext): Command {
  return new Command('serve')
    .summary('serve REST and the dashboard to apps in any language')
    .description(
      'Serves REST, live updates and the pages: an app in any language sends it descriptions of requests, people look at what is stored. Without a token it listens on this machine alone.',
    )
    .option('--port <number>', 'port; 0 for any that is free', '8642')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--database-url <url>',
      'history in Postgres, its tables made at first use (default: DATABASE_URL, else memory)',
    )
    .option('--redis-url <url>', 'sequences and bans shared through Redis (default: REDIS_URL, else memory)')
    .option('--token <text>', 'what callers send as a bearer token (default: API_SECURITY_TOKEN)')
    .option('--models <dir>', 'directory of the models (default: the bundled ones)')
    .action(exits((options: ServeOptions) => serve(options, io)));
}

async function serve(options: ServeOptions, io: Io): Promise<ExitCode> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new CliError(EXIT.usage, '--port has to be a port');
  const token = options.token ?? io.env.API_SECURITY_TOKEN;
  if (token !== undefined && token.length < MIN_TOKEN_CHARS) {
    throw new CliError(EXIT.usage, `a token has at least ${MIN_TOKEN_CHARS} characters`);
  }
  if (token === undefined && !isLoopback(options.host)) {
    throw new CliError(EXIT.usage, `listening on ${options.host} needs a token: --token or API_SECURITY_TOKEN`);
  }
  const { dashboard } = await part('@api-security/dashboard', () => import('@api-security/dashboard'));
  const security = createApiSecurity(await engineOptions(options, io));
  await security.ready();
  const door = new Door(token);
  const listener = dashboard(security, {
    authorize: (request) => door.isOpenTo(request) && { actor: token === undefined ? 'local' : 'token', can: RIGHTS },
  });
  const server = createServer((request, response) => {
    if (!door.letIn(request, response)) listener(request, response);
  });
  listener.attach(server, { path: '/' });
  server.listen(port, options.host);
  await Promise.race([once(server, 'listening'), once(server, 'error').then(([error]) => Promise.reject(error))]);
  const { address, port: taken } = server.address() as AddressInfo;
  const url = `http://${isIP(address) === 6 ? `[${address}]` : address}:${taken}`;
  const page = token === undefined ? `${url}/` : `${url}/?token=… (with the token, once)`;
  printLines(io.stdout, [`listening on ${url}`, `pages: ${page}`, `what it understands: ${url}/api/openapi.json`]);
  await (io.untilTold?.() ?? new Promise(() => {}));
  listener.close();
  server.close();
  server.closeAllConnections();
  await security.close();
  for (const own of [security.store, security.sequences, security.coordination]) await own.close();
  return EXIT.ok;
}

async function engineOptions({ databaseUrl, redisUrl, models }: ServeOptions, io: Io): Promise<ApiSecurityOptions> {
  const connectionString = databaseUrl ?? io.env.DATABASE_URL;
  const url = redisUrl ?? io.env.REDIS_URL;
  const options: ApiSecurityOptions = { mode: 'monitor', limits: { timeMs: BUDGET_MS } };
  if (models !== undefined) options.models = resolve(io.cwd, models);
  if (connectionString) {
    const { postgresStore } = await part('@api-security/postgres pg', () => import('@api-security/postgres'));
    options.store = postgresStore({ connectionString, migrate: 'auto' });
  }
  if (url) {
    const { redisSequences, redisCoordination } = await part(
      '@api-security/redis ioredis',
      () => import('@api-security/redis'),
    );
    options.sequences = redisSequences({ url });
    options.coordination = redisCoordination({ url });
  }
  return options;
}

/** The parts of `serve` are optional: most programs that use this one have none of them. */
async function part<Module>(packages: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new CliError(EXIT.input, `a part is not installed: npm i ${packages}`, { cause });
  }
}

/** Who is let in: by the token; where there is none, whoever is on this machine and was not sent here by a name that another machine made up. */
class Door {
  readonly #token: string | undefined;
  /** What browsers that have shown the token show from then on: they cannot send a bearer token with a page. */
  readonly #session = randomBytes(32).toString('base64url');

  constructor(token: string | undefined) {
    this.#token = token;
  }

  /** Takes a token in the address for a cookie, so that it stays there no longer than it must. @returns whether it has answered */
  letIn({ method, url = '/' }: IncomingMessage, response: ServerResponse): boolean {
    // Not every target is a URL: `//` and `*` are none.
    const given = new URLSearchParams(url.split('?')[1]).get('token');
    if (this.#token === undefined || given === null || method !== 'GET' || !isSame(given, this.#token)) return false;
    const cookie = `${COOKIE}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'referrer-policy': 'no-referrer' }).end();
    return true;
  }

  isOpenTo({ headers }: IncomingMessage): boolean {
    if (this.#token === undefined) return isLoopback((headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
    const [, bearer = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    const [, cookie = ''] = COOKIE_VALUE.exec(headers.cookie ?? '') ?? [];
    return isSame(bearer, this.#token) || isSame(cookie, this.#session);
  }
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
