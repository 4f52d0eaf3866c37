import { bearer } from './apis/profile.js';
import { type Call, HttpClient, type Reply } from './http-client.js';
import { pause, type Session } from './session.js';
import { drawHeaders } from './text.js';

export interface UserOptions {
  readonly keepAlive: boolean;
  readonly connections?: number;
  readonly agent?: 'browser' | 'mobile' | 'program';
  /** Signs in before anything else, without counting it as part of the session. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client program with its session token. */
export class User {
  readonly #http: HttpClient;
  readonly #session: Session;
  #token: string | null = null;

  constructor(session: Session, options: UserOptions) {
    this.#session = session;
    this.#http = new HttpClient({
      port: session.port,
      signal: session.signal,
      keepAlive: options.keepAlive,
      connections: options.connections ?? 1,
      headers: { ...drawHeaders(session.random, options.agent ?? 'program'), ...options.headers },
    });
  }

  get signedIn(): boolean {
    return this.#token !== null;
  }

  send(call: Call): Promise<Reply> {
    return this.#http.send({ ...call, headers: { ...bearer(this.#token), ...call.headers } });
  }

  async login(user: string, password: string): Promise<boolean> {
    const reply = await this.#http.send(this.#session.api.login(user, password));
    const token = this.#session.api.tokenOf(reply);
    if (token !== null) this.#token = token;
    return token !== null;
  }

  /** Signs in with an account that exists. */
  signIn(): Promise<boolean> {
    const account = this.#session.random.pick(this.#session.api.accounts);
    return this.login(account.user, account.password);
  }

  /** Carries a token from an earlier visit, as a client that was signed in before does. */
  rememberToken(): void {
    const account = this.#session.random.pick(this.#session.api.accounts);
    const prefix = { shop: 't-', account: 'at-', ingest: 'k-' }[this.#session.api.name];
    this.#token = prefix + account.user;
  }

  useToken(token: string | null): void {
    this.#token = token;
  }

  /** Sends all at once over the client's connections. */
  burst(calls: readonly Call[]): Promise<Reply[]> {
    return Promise.all(calls.map((call) => this.send(call)));
  }

  async think(minMs: number, maxMs: number): Promise<void> {
    await pause(this.#session, this.#session.random.logBetween(minMs, maxMs));
  }

  close(): void {
    this.#http.close();
  }
}
