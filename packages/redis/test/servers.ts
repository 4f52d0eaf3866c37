import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Whether this machine has the servers. CI must have them. */
export const hasRedis: boolean = (() => {
  try {
    execFileSync('redis-server', ['--version']);
    execFileSync('redis-cli', ['--version']);
    return true;
  } catch {
    if (process.env.CI) throw new Error('CI has no redis-server: install the packages redis-server and redis-tools');
    process.stderr.write('LEFT OUT: all tests against Redis, for there is no redis-server on this machine\n');
    return false;
  }
})();

/** A redis-server of this test's own, on a free port and with nothing kept on disk. */
export class RedisServer {
  readonly #arguments: readonly string[];
  readonly #directory = mkdtempSync(join(tmpdir(), 'redis-test-'));
  #process: ChildProcess | null = null;

  private constructor(
    readonly port: number,
    args: readonly string[],
  ) {
    this.#arguments = args;
  }

  /** @param args - beside those that every server gets; a configuration file would have to come first */
  static async start(args: readonly string[] = [], port?: number): Promise<RedisServer> {
    const server = new RedisServer(port ?? (await freePort()), args);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const base = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.#directory,
    ];
    const [first = '', ...rest] = this.#arguments;
    const all = first.endsWith('.conf') ? [first, ...base, ...rest] : [...base, ...this.#arguments];
    const running = spawn('redis-server', all, { stdio: 'ignore' });
    this.#process = running;
    // A test run that is cut short leaves nothing behind.
    const end = (): void => void running.kill('SIGKILL');
    process.once('exit', end);
    running.once('exit', () => process.off('exit', end));
    await listening(this.port);
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    const dying = this.#process;
    if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Three masters that share the slots, each with a replica. */
export async function startCluster(): Promise<{ ports: number[]; master: RedisServer; stop: () => Promise<void> }> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
  const servers: RedisServer[] = [];
  for (let i = 0; i < 6; i++) servers.push(await RedisServer.start(args, await freePort(50_000)));
  const ports = servers.map(({ port }) => port);
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-replicas', '1', '--cluster-yes']);
  const ask = (port: number, ...command: string[]) => execFileSync('redis-cli', ['-p', String(port), ...command]);
  for (const port of ports) {
    await until(() => ask(port, 'cluster', 'info').includes('cluster_state:ok'));
    await until(
      () =>
        ask(port, 'info', 'replication')
          .toString()
          .match(/connected_slaves:1|master_link_status:up/) !== null,
    );
  }
  return {
    ports,
    master: servers.find(({ port }) => ask(port, 'role').includes('master')) as RedisServer,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** A master, its replica, and three sentinels that watch them as `main`. */
export async function startSentinel(): Promise<{
  sentinels: { host: string; port: number }[];
  master: RedisServer;
  stop: () => Promise<void>;
}> {
  const master = await RedisServer.start();
  const replica = await RedisServer.start(['--replicaof', '127.0.0.1', String(master.port)]);
  const watching = [
    ['sentinel', 'monitor', 'main', '127.0.0.1', String(master.port), '2'],
    ['sentinel', 'set', 'main', 'down-after-milliseconds', '500'],
    ['sentinel', 'set', 'main', 'failover-timeout', '2000'],
  ];
  const sentinels: RedisServer[] = [];
  for (let i = 0; i < 3; i++) {
    const directory = mkdtempSync(join(tmpdir(), 'sentinel-test-'));
    const configuration = join(directory, 'sentinel.conf');
    execFileSync('touch', [configuration]);
    const sentinel = await RedisServer.start([configuration, '--sentinel']);
    for (const command of watching) execFileSync('redis-cli', ['-p', String(sentinel.port), ...command]);
    sentinels.push(sentinel);
  }
  const first = sentinels[0] as RedisServer;
  await until(() => {
    const seen = execFileSync('redis-cli', ['-p', String(first.port), 'sentinel', 'master', 'main']).toString();
    return /num-slaves\n1\n/.test(seen) && /num-other-sentinels\n2\n/.test(seen);
  });
  return {
    sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    master,
    stop: async () => {
      await Promise.all([master, replica, ...sentinels].map((server) => server.stop()));
    },
  };
}

/** @param below - a port that leaves room above it, as those of a Cluster's bus need */
async function freePort(below = 65_536): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    if (port < below) return port;
  }
}

async function listening(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {});
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
}

/** Waits for a condition, for at most 20 s. */
export async function until(condition: () => boolean | Promise<boolean>, forMs = 20_000): Promise<void> {
  const endMs = performance.now() + forMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error('the condition never held');
    await wait(20);
  }
}
