import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { ApiSecurity } from '../../api-security.js';
import type { Assessment } from '../../assessment/assessment.js';
import { createApiSecurity } from '../../create-api-security.js';
import type { RecordedStep } from '../../events.js';
import type { ApiSecurityOptions } from '../../options.js';
import type { RouteOptions } from '../../route-settings.js';
import { echo, type HandledRequest, type Handler } from '../echo.js';
import { type FakeRuntimeOptions, fakeRuntime } from '../fake-runtime.js';
import { type Reply, type Sent, send } from '../http-client.js';
import { Http2Client } from '../http2-client.js';
import { within } from '../within.js';
import { withSecurityOf } from './with-security.js';

/** Where the host's body parsers run, as seen from the adapter. */
export const PARSERS = ['before', 'after', 'none'] as const;
export type Parser = (typeof PARSERS)[number];

/** The app that a framework's harness builds. */
export interface AdapterApp {
  /** What the adapter guards the app with; null for the bare app, which must behave the same. */
  readonly security: ApiSecurity | null;
  /** Parsers for JSON, forms, text and, as bytes, everything else, up to 1 MB. They take content codings off, or refuse them. */
  readonly parser: Parser;
  /** Prefix of adapter and handler, e.g. `/api`; `''` for the root. */
  readonly mountPath: string;
  /** What differs for the app's requests, given in the framework's own way; null for nothing. */
  readonly route: RouteOptions | null;
  /**
   * Answers every request that gets through: JSON, or a stream. What it throws is answered by the framework, without a stack:
   * a `Refusal` with its status, anything else with 500.
   */
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
export interface AppOptions extends Partial<Pick<AdapterApp, 'parser' | 'mountPath' | 'route'>> {
  /** @defaultValue echo */
  readonly handler?: (handled: HandledRequest, security: ApiSecurity | null) => Promise<object | Readable>;
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

/** What a test asks of an engine. */
export interface Watched {
  readonly security: ApiSecurity;
  /** The next assessment that is finished. Ask before sending. */
  nextAssessment(): Promise<Assessment>;
  /** The next step that has entered its client's sequences. Ask before sending. */
  nextStep(): Promise<RecordedStep>;
}

/** A started app with an engine in front. */
export interface GuardedApp extends BareApp, Watched {
  /** Sends a request and waits for its assessment to be finished as well. */
  assessed(sent: Sent): Promise<{ readonly reply: Reply; readonly assessment: Assessment }>;
}

/** The same over HTTP/2: every request on one connection. */
export interface Http2App extends Omit<BareApp, 'server'> {
  readonly server: Http2Server;
  readonly client: Http2Client;
}

/** Starts a guarded app, lets a test use it, and takes everything down again. */
export async function withApp(
  harness: AdapterHarness,
  given: AppOptions,
  use: (app: GuardedApp) => Promise<void>,
): Promise<void> {
  await withEngine(given, (watched) =>
    withServer(harness.start, { ...given, security: watched.security }, (app) =>
      use({
        ...app,
        ...watched,
        send: (sent) => send(app.port, sent),
        assessed: async (sent) => {
          const assessed = watched.nextAssessment();
          const reply = await send(app.port, sent);
          return { reply, assessment: await assessed };
        },
      }),
    ),
  );
}

/** The same without an engine. */
export async function withBareApp(
  harness: AdapterHarness,
  given: Omit<AppOptions, 'options' | 'runtime'>,
  use: (app: BareApp) => Promise<void>,
): Promise<void> {
  await withServer(harness.start, { ...given, security: null }, (app) =>
    use({ ...app, send: (sent) => send(app.port, sent) }),
  );
}

/** A guarded app over HTTP/2. */
export async function withHttp2App(
  start: NonNullable<AdapterHarness['startHttp2']>,
  given: AppOptions,
  use: (app: Http2App & Watched) => Promise<void>,
): Promise<void> {
  await withEngine(given, (watched) =>
    withHttp2Server(start, { ...given, security: watched.security }, (app) => use({ ...app, ...watched })),
  );
}

/** The same without an engine. */
export async function withBareHttp2App(
  start: NonNullable<AdapterHarness['startHttp2']>,
  given: Omit<AppOptions, 'options' | 'runtime'>,
  use: (app: Http2App) => Promise<void>,
): Promise<void> {
  await withHttp2Server(start, { ...given, security: null }, use);
}

async function withEngine(
  { options, runtime }: Pick<AppOptions, 'options' | 'runtime'>,
  use: (watched: Watched) => Promise<void>,
): Promise<void> {
  await withSecurityOf(createApiSecurity)({ runtime: fakeRuntime(runtime), ...options }, async (security) => {
    const next = <T>(event: 'assessment' | 'step'): Promise<T> => {
      const came = within(
        `the event "${event}"`,
        new Promise<T>((resolve) => security.once(event, resolve as () => void)),
      );
      // A test that fails before it comes back to this one has said what is wrong.
      came.catch(() => {});
      return came;
    };
    await use({ security, nextAssessment: () => next('assessment'), nextStep: () => next('step') });
  });
}

/** What is asked of an app, with or without an engine. */
type AskedApp = Pick<AdapterApp, 'security'> & Omit<AppOptions, 'options' | 'runtime'>;

/** A server with what became of its requests. */
interface Listening<S> extends Pick<BareApp, 'port' | 'seen'> {
  readonly server: S;
}

async function withHttp2Server(
  start: NonNullable<AdapterHarness['startHttp2']>,
  asked: AskedApp,
  use: (app: Http2App) => Promise<void>,
): Promise<void> {
  await withServer(start, asked, async (app) => {
    const client = new Http2Client(app.port);
    try {
      await use({ ...app, client, send: (sent) => client.send(sent) });
    } finally {
      await client.close();
    }
  });
}

async function withServer<S extends Server | Http2Server>(
  start: (app: AdapterApp) => Promise<S>,
  { security, parser = 'after', mountPath = '', route = null, handler = echo }: AskedApp,
  use: (app: Listening<S>) => Promise<void>,
): Promise<void> {
  const seen: Seen = { handled: 0, assessment: undefined };
  const server = await start({
    security,
    parser,
    mountPath,
    route,
    handler: (request) => {
      seen.handled += 1;
      seen.assessment = request.assessment;
      return handler(request, security);
    },
  });
  const { port } = server.address() as AddressInfo;
  try {
    await use({ server, port, seen });
  } finally {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
