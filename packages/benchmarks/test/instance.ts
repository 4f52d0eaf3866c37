import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('../host.mjs', import.meta.url));

/** What an instance says of itself. */
export interface State {
  readonly alerts: number;
  readonly banned: number;
  readonly dropped: number;
  readonly errors: number;
  readonly rejected: number;
  readonly requests: number;
  readonly scored: number;
  readonly unscored: number;
  /** Shared parts that local state stands in for. */
  readonly troubled: readonly string[];
  readonly rssBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One process of an app. */
export class Instance {
  private constructor(
    readonly process: ChildProcess,
    readonly port: number,
  ) {}

  static async start(env: Readonly<Record<string, string>>): Promise<Instance> {
    const child = fork(HOST, { env: { ...process.env, ...env }, execArgv: [] });
    const [{ port }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('an instance ended before it listened');
      }),
    ])) as [{ port: number }];
    return new Instance(child, port);
  }

  async state(): Promise<State> {
    const state = this.said<State>('state');
    this.process.send('state');
    return state;
  }

  /** The next message of a kind. Ask before it can come. */
  said<Value>(kind: string): Promise<Value> {
    return new Promise((resolve) => {
      const listener = (message: Readonly<Record<string, unknown>>): void => {
        if (message[kind] === undefined) return;
        this.process.off('message', listener);
        resolve(message[kind] as Value);
      };
      this.process.on('message', listener);
    });
  }

  /** Sends a request as if a client of that address had sent it through a proxy. */
  send(client: string, method: 'GET' | 'POST', path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({
        port: this.port,
        host: '127.0.0.1',
        method,
        path,
        headers: { 'x-forwarded-for': client },
      });
      sent.on('error', reject);
      sent.on('response', async (response) => {
        let text = '';
        for await (const piece of response) text += piece;
        resolve({ status: response.statusCode ?? 0, text });
      });
      sent.end();
    });
  }

  /** Lets it write what it has. */
  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.send('close');
    await gone;
  }
}
