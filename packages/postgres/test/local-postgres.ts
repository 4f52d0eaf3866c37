import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Postgres server of the system's own binaries, in a new directory and on a free port. */
export class LocalPostgres {
  readonly port: number;
  readonly directory: string;
  readonly #binaries: string;
  readonly #flags: readonly string[];
  #server: ChildProcess | null = null;

  private constructor(binaries: string, port: number, directory: string, flags: readonly string[]) {
    this.#binaries = binaries;
    this.port = port;
    this.directory = directory;
    this.#flags = flags;
  }

  /** @throws where there are no binaries: nothing that is tested with a real server can be said to work without one */
  static async start(flags: readonly string[] = []): Promise<LocalPostgres> {
    const binaries = binariesDirectory();
    if (binaries === null)
      throw new Error('No Postgres is installed: apt-get install postgresql, or set DATABASE_URL.');
    const user = postgresUser();
    const directory = mkdtempSync(join(tmpdir(), 'api-security-postgres-'));
    if (user !== null) chownSync(directory, user.uid, user.gid);
    chmodSync(directory, 0o700);
    execFileSync(
      join(binaries, 'initdb'),
      ['-D', join(directory, 'data'), '-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'trust', '-N'],
      {
        ...user,
        cwd: directory,
        stdio: 'pipe',
      },
    );
    const server = new LocalPostgres(binaries, await freePort(), directory, flags);
    await server.resume();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts the server again where it stopped or was killed. Children of one that was killed take a moment to notice. */
  async resume(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.#start();
        return;
      } catch (error) {
        if (tries === 20 || !String(error).includes('still in use')) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${this.port}`,
      'unix_socket_directories=',
      'max_connections=50',
      ...this.#flags,
    ];
    const server = spawn(
      join(this.#binaries, 'postgres'),
      ['-D', join(this.directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { ...postgresUser(), cwd: this.directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    server.stderr?.on('data', (piece) => {
      said += piece;
    });
    this.#server = server;
    // Tests that never come to their end leave no server behind.
    const end = () => void server.kill('SIGQUIT');
    process.once('exit', end);
    server.once('exit', () => process.off('exit', end));
    for (let tries = 0; tries < 400; tries++) {
      if (server.exitCode !== null) break;
      if (said.includes('ready to accept connections') && (await answers(this.port))) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Postgres did not start: ${said.slice(-2_000)}`);
  }

  /** Whether it has not ended, by itself or by us. */
  get isRunning(): boolean {
    return this.#server !== null && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  /** Ends the server at once, as a power cut would: no checkpoint, no goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  }
}

/** Why there is no server; null where one can be started. */
export function missingPostgres(): string | null {
  return binariesDirectory() === null ? 'no Postgres binaries on this machine (apt-get install postgresql)' : null;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The newest of Debian's, or what is on the path. */
function binariesDirectory(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const directories = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return (
    directories.find((directory) => existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres'))) ??
    null
  );
}

/** Postgres refuses to run as root: then it runs as the user of Debian's package. */
function postgresUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
