import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Of util-linux: runs a program on some of the cores. */
const TASKSET = 'taskset';
const HOST = fileURLToPath(new URL('host.cjs', import.meta.url));

export type Framework = 'express' | 'koa' | 'fastify';
export type Guard =
  | 'bare'
  | 'api-security block'
  | 'api-security monitor'
  | 'express-rate-limit'
  | 'easy-waf'
  | 'aikido-zen';

/** The guards that know a framework, without any first. */
export const GUARDS: Readonly<Record<Framework, readonly Guard[]>> = {
  express: ['bare', 'api-security block', 'api-security monitor', 'express-rate-limit', 'easy-waf', 'aikido-zen'],
  koa: ['bare', 'api-security block', 'api-security monitor', 'aikido-zen'],
  fastify: ['bare', 'api-security block', 'api-security monitor', 'aikido-zen'],
};

/** What a host measured while requests were sent to it. Times in µs, one for each request that passed the place. */
export interface HostTimes {
  /** From entering the guard until the next middleware ran. Empty for a guard that is no middleware. */
  readonly guard: readonly number[];
  /** From the server's `request` event until the handler ran. */
  readonly untilHandler: readonly number[];
  /** From entering the guard until it answered the request itself. */
  readonly rejection: readonly number[];
  /** Of the whole process, in user and kernel. */
  readonly cpuMicros: number;
  /** That its main thread was ready to run and had no core; 0 where the system does not say. */
  readonly waitedMicros: number;
  /** Bytes that were allocated, in V8's heap and for buffers; null where some were collected meanwhile. */
  readonly allocatedBytes: number | null;
  /** Bytes that outlived collections of young objects. */
  readonly survivedBytes: number;
}

/** Requests that an engine saw, and those that a model scored. */
export type Counted = Readonly<Record<'requests' | 'scored', number>>;

export interface HostOptions {
  /** Whether it times each request; for one connection at a time only. @defaultValue false */
  readonly stopwatch?: boolean;
  /** Size of V8's space for young objects, so large that none is collected while allocations are counted. @defaultValue V8's own */
  readonly nurseryMegabytes?: number;
}

let isPinned = false;

/** Gives the load the first core and the hosts that start from now on the second. @returns whether there are two, and `taskset` */
export function pinLoad(): boolean {
  if (cpus().length < 2) return false;
  try {
    execFileSync(TASKSET, ['-acp', '0', String(process.pid)], { stdio: 'ignore' });
    isPinned = true;
  } catch {
    // Everybody runs where the system puts them.
  }
  return isPinned;
}

/** A process with one app behind one guard. */
export class GuardedHost {
  private constructor(
    readonly framework: Framework,
    readonly guard: Guard,
    readonly port: number,
    readonly process: ChildProcess,
    /** Rejects when the process ends. */
    private readonly ended: Promise<never>,
  ) {}

  static async start(framework: Framework, guard: Guard, options: HostOptions = {}): Promise<GuardedHost> {
    const { stopwatch = false, nurseryMegabytes } = options;
    const flags =
      nurseryMegabytes === undefined
        ? []
        : [`--min-semi-space-size=${nurseryMegabytes}`, `--max-semi-space-size=${nurseryMegabytes}`];
    const child = fork(HOST, [framework, guard], {
      ...(isPinned
        ? { execPath: TASKSET, execArgv: ['-c', '1', process.execPath, ...flags] }
        : { execPath: process.execPath, execArgv: flags }),
      env: { ...process.env, STOPWATCH: stopwatch ? 'on' : 'off' },
      // Whatever a guard logs is written, and read by nobody.
      stdio: ['ignore', 'ignore', process.env.HOST_ERRORS ? 'inherit' : 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    const ended = failAtEnd(child, `${framework} ${guard}`);
    const { port } = await Promise.race([said<{ port: number }>(child), ended]);
    return new GuardedHost(framework, guard, port, child, ended);
  }

  /** Forgets what was measured. */
  async begin(): Promise<void> {
    await this.#ask('begin');
  }

  end(): Promise<HostTimes> {
    return this.#ask('end');
  }

  /** Of our engine; null for other guards. */
  async counted(): Promise<Counted | null> {
    const { counters } = await this.#ask<{ counters: Counted | null }>('counters');
    return counters;
  }

  #ask<Answer>(question: string): Promise<Answer> {
    this.process.send(question);
    return Promise.race([said<Answer>(this.process), this.ended]);
  }

  async close(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.disconnect();
    await gone;
  }
}

async function said<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await once(child, 'message');
  return message;
}

function failAtEnd(child: ChildProcess, name: string): Promise<never> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the host ${name} ended (${code}); HOST_ERRORS=1 shows why`);
  });
  // Closed on purpose, nobody waits for it.
  ended.catch(() => {});
  return ended;
}
