import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** What a run was taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly system: string;
  /** Date, as 2026-12-31. */
  readonly takenOn: string;
  /** Whether the servers had a core and the load another. */
  readonly isPinned: boolean;
}

export function describeMachine(isPinned: boolean): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    takenOn: new Date().toISOString().slice(0, 10),
    isPinned,
  };
}

const PACKAGES = ['express', 'koa', 'fastify', 'express-rate-limit', 'easy-waf', '@aikidosec/firewall'];

/** Of the frameworks and of the other guards, as they are installed. */
export function installedVersions(): Readonly<Record<string, string>> {
  const version = (name: string): string =>
    JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
  return Object.fromEntries(PACKAGES.map((name) => [name, version(name)]));
}
