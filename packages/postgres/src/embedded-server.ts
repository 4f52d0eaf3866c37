import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiSecurityError } from '@api-security/core';
import { DirectoryUser } from './directory-user.js';
import { type PostgresBinaries, postgresBinaries } from './embedded-binaries.js';
import { exclusively } from './exclusively.js';
import { isAlive } from './is-alive.js';
import { type ServerUser, serverUser } from './server-user.js';

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  readonly port: number | undefined;
  readonly createUser: boolean;
}

/** A server that runs. */
interface RunningServer {
  readonly connectionString: string;
  /** Of the postmaster. */
  readonly pid: number;
}

const run = promisify(execFile);
/** A server that was killed replays its log first, which takes long after heavy writing, in ms. */
const START_MS = 60_000;
/** How long a start that failed is tried again, in ms. */
const RETRY_MS = 3_000;
/** How long one that leaves waits for another that starts or stops the server, in ms. */
const RELEASE_MS = 2_000;
const POLL_MS = 50;
/** Files of a data directory: the cluster, its password, what the server says, who is starting or stopping it, and who uses it. */
const CLUSTER = 'cluster';
const PASSWORD = 'password';
const LOG = 'postgres.log';
const LOCK = 'lock';
const USERS = 'users';

/** The one server of a data directory, for as long as somebody in this process needs it. */
export class EmbeddedServer {
  readonly #options: EmbeddedServerOptions;
  readonly #user: DirectoryUser;

  constructor(options: EmbeddedServerOptions) {
    this.#options = options;
    this.#user = new DirectoryUser(join(options.dataDir, USERS));
  }

  /** Where the server is: the one that runs, or a new one. Several processes may ask at once. */
  async locate(): Promise<string> {
    const { dataDir } = this.#options;
    await mkdir(dataDir, { recursive: true });
    await this.#user.enter();
    const began = Date.now();
    let problem: unknown = failed(`did not start within ${START_MS} ms; see ${join(dataDir, LOG)}`);
    let patienceMs = START_MS;
    do {
      try {
        const running = await exclusively(join(dataDir, LOCK), () => this.#find(began + START_MS));
        if (running !== null) return running.connectionString;
      } catch (error) {
        // Children of a server that was killed take a moment to notice, and nothing can start before.
        problem = error;
        patienceMs = RETRY_MS;
      }
      await pause();
    } while (Date.now() - began < patienceMs);
    throw problem;
  }

  /** Stops the server if nobody else uses it: open transactions are rolled back, everything committed is kept. */
  async release(): Promise<void> {
    const { dataDir } = this.#options;
    if (!(await this.#user.leave())) return;
    const deadline = Date.now() + RELEASE_MS;
    // Of two that leave at once, the later one must not take the other's lock for somebody who stays.
    while ((await exclusively(join(dataDir, LOCK), () => this.#stopIfUnused())) === null && Date.now() < deadline) {
      await pause();
    }
  }

  async #stopIfUnused(): Promise<true> {
    const running = (await this.#user.isAnyoneThere()) ? null : await runningServer(this.#options.dataDir);
    if (running !== null) await stop(running.pid);
    return true;
  }

  async #find(deadline: number): Promise<RunningServer> {
    return (await runningServer(this.#options.dataDir)) ?? start(this.#options, deadline);
  }
}

async function stop(pid: number): Promise<void> {
  // "Fast shutdown" of the manual.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + START_MS;
  while (isAlive(pid) && Date.now() < deadline) await pause();
}

async function start(options: EmbeddedServerOptions, deadline: number): Promise<RunningServer> {
  const { dataDir } = options;
  const binaries = await postgresBinaries();
  const user = await serverUser(options.createUser);
  const cluster = join(dataDir, CLUSTER);
  await makeCluster(binaries, dataDir, user);
  const port = options.port ?? (await freePort());
  // A file and no pipe: the server outlives this process, and a broken pipe would stop it from saying anything.
  const log = await open(join(dataDir, LOG), 'a', 0o600);
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=100'];
  const server = spawn(binaries.postgres, ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: cluster,
    // A Ctrl-C in the host's terminal is for the host, which stops the server when it closes.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  server.unref();
  let ended: string | null = null;
  server.once('error', (error) => {
    ended = error.message;
  });
  server.once('exit', (code) => {
    ended = `it ended with ${code}`;
  });
  await log.close();
  while (Date.now() < deadline && ended === null) {
    const running = await runningServer(dataDir);
    if (running !== null) return running;
    await pause();
  }
  throw failed(`did not start: ${ended ?? 'it takes too long'}; see ${join(dataDir, LOG)}`);
}

/** What `postmaster.pid` says, if that server lives and is ready. */
async function runningServer(dataDir: string): Promise<RunningServer | null> {
  const [file, password] = await Promise.all(
    [join(dataDir, CLUSTER, 'postmaster.pid'), join(dataDir, PASSWORD)].map((path) =>
      readFile(path, 'utf8').catch(() => null),
    ),
  );
  if (file === null || file === undefined || password === null || password === undefined) return null;
  // Lines: pid, directory, start, port, socket directory, address, shared memory, status.
  const [pidText, , , port, , , , status] = file.split('\n').map((line) => line.trim());
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || status !== 'ready' || !isAlive(pid) || !(await listens(Number(port))))
    return null;
  return { pid, connectionString: `postgres://postgres:${password.trim()}@127.0.0.1:${port}/postgres` };
}

/** Runs initdb where it never finished. The password file is written last: with it, the cluster is whole. */
async function makeCluster(binaries: PostgresBinaries, dataDir: string, user: ServerUser | null): Promise<void> {
  const cluster = join(dataDir, CLUSTER);
  const password = join(dataDir, PASSWORD);
  const isWhole = await stat(password).then(
    () => true,
    () => false,
  );
  if (isWhole) return;
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { mode: 0o700 });
  const text = randomBytes(24).toString('hex');
  const passwordForInit = join(cluster, '..', `${PASSWORD}.new`);
  await writeFile(passwordForInit, `${text}\n`, { mode: 0o600 });
  if (user !== null) {
    // The server's user must be able to come this far.
    await chmod(dataDir, 0o711);
    await chown(cluster, user.uid, user.gid);
    await chown(passwordForInit, user.uid, user.gid);
  }
  try {
    await run(
      binaries.initdb,
      [
        '-D',
        cluster,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordForInit}`,
      ],
      { ...user, cwd: dataDir },
    );
  } catch (cause) {
    throw failed(`could not make a cluster in ${cluster}`, cause);
  } finally {
    await rm(passwordForInit, { force: true });
  }
  await writeFile(password, `${text}\n`, { mode: 0o600 });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function failed(what: string, cause?: unknown): ApiSecurityError {
  return new ApiSecurityError('API_SECURITY_STORE_FAILED', `The embedded Postgres ${what}.`, { cause });
}
