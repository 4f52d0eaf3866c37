import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ApiSecurity } from '../../api-security.js';
import type { Assessment } from '../../assessment/assessment.js';
import { createApiSecurity } from '../../create-api-security.js';
import { silentLogger } from '../../logger.js';
import type { ApiSecurityOptions } from '../../options.js';
import type { RouteOptions } from '../../route-settings.js';
import { echo, type Handler } from '../echo.js';
import { writeFakeModels } from '../fake-models.js';
import { type FakeRuntimeOptions, fakeRuntime } from '../fake-runtime.js';
import { type Reply, type Sent, send } from '../http-client.js';

/** Where the host's body parsers run, as seen from the adapter. */
export const PARSERS = ['before', 'after', 'none'] as const;
export type Parser = (typeof PARSERS)[number];

/** The app that a framework's harness builds. */
export interface AdapterApp {
  /** What the adapter guards the app with; null for the bare app, which must behave the same. */
  readonly security: ApiSecurity | null;
  /** Parsers for JSON, forms, text and, as bytes, everything else, up to 1 MB. */
  readonly parser: Parser;
  /** Prefix of adapter and handler, e.g. `/api`; `''` for the root. */
  readonly mountPath: string;
  /** What differs for the app's requests, given in the framework's own way; null for nothing. */
  readonly route: RouteOptions | null;
  /** Answers every request that gets through: JSON, or a stream. What it throws is answered by the framework, without a stack. */
  readonly handler: Handler;
}

/** What a framework's tests hand to the suite. */
export interface AdapterHarness {
  /** Starts the app on a free port of 127.0.0.1. */
  start(app: AdapterApp): Promise<Server>;
  /** The same over HTTP/2 without TLS, where the framework can. */
  startHttp2?(app: AdapterApp): Promise<Http2Server>;
}

/** How one test wants its app. */
export interface AppOptions extends Partial<Pick<AdapterApp, 'parser' | 'mountPath' | 'route' | 'handler'>> {
  /** Options of the engine; models and run time are the fake ones. */
  readonly options?: ApiSecurityOptions;
  readonly runtime?: FakeRuntimeOptions;
}

/** What reached the handler. */
interface Seen {
  /** Requests so far. */
  handled: number;
  /** What the adapter had put on the newest of them. */
  assessment: unknown;
}

/** A started app, as one test uses it. */
export interface BareApp {
  readonly server: Server;
  readonly port: number;
  readonly seen: Readonly<Seen>;
  send(sent: Sent): Promise<Reply>;
}

/** A started app with an engine in front. */
export interface GuardedApp extends BareApp {
  readonly security: ApiSecurity;
  /** The next assessment that is finished. Ask before sending. */
  nextAssessment(): Promise<Assessment>;
}

/** Starts a guarded app, lets a test use it, and takes everything down again. */
export async function withApp(
  harness: AdapterHarness,
  given: AppOptions,
  use: (app: GuardedApp) => Promise<void>,
): Promise<void> {
  const models = writeFakeModels();
  const security = createApiSecurity({
    models: models.directory,
    runtime: fakeRuntime(given.runtime),
    logger: silentLogger,
    // Sockets in a test compete for the machine: a slow moment must not look like a model that is stuck.
    limits: { timeMs: 5_000 },
    ...given.options,
  });
  const nextAssessment = () => new Promise<Assessment>((resolve) => security.once('assessment', resolve));
  try {
    await security.ready();
    await withServer(harness, { ...given, security }, (app) => use({ ...app, security, nextAssessment }));
  } finally {
    await security.close();
    models.remove();
  }
}

/** The same without an engine. */
export async function withBareApp(
  harness: AdapterHarness,
  given: Omit<AppOptions, 'options' | 'runtime'>,
  use: (app: BareApp) => Promise<void>,
): Promise<void> {
  await withServer(harness, { ...given, security: null }, use);
}

async function withServer(
  harness: AdapterHarness,
  {
    security,
    parser = 'after',
    mountPath = '',
    route = null,
    handler = echo,
  }: Partial<AdapterApp> & Pick<AdapterApp, 'security'>,
  use: (app: BareApp) => Promise<void>,
): Promise<void> {
  const seen: Seen = { handled: 0, assessment: undefined };
  const server = await harness.start({
    security,
    parser,
    mountPath,
    route,
    handler: (request) => {
      seen.handled += 1;
      seen.assessment = request.assessment;
      return handler(request);
    },
  });
  const { port } = server.address() as AddressInfo;
  try {
    await use({ server, port, seen, send: (sent) => send(port, sent) });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
