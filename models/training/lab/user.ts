import { bearer } from './apis/profile.js';
import { type Call, HttpClient, type Reply } from './http-client.js';
import { pause, type Session } from './session.js';
import { drawHeaders } from './text.js';

export interface UserOptions {
  readonly keepAlive: boolean;
  readonly connections?: number;
  readonly agent?: 'browser' | 'mobile' | 'program';
  /** Beside the drawn ones. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another of the session's relays. */
  readonly port?: number;
  readonly timeoutMs?: number;
}

/** A client program with its session token. */
export class User {
  readonly #http: HttpClient;
  readonly #session: Session;
  #token: string | null = null;

  constructor(session: Session, options: UserOptions) {
    this.#session = session;
    this.#http = new HttpClient({
      port: options.port ?? session.port,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
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
    this.#token = this.#session.api.tokenFor(account.user);
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
