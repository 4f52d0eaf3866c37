import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path from the root of the repository. */
export const pathOf = (...path: readonly string[]): string =>
  join(fileURLToPath(new URL('../../../..', import.meta.url)), ...path);

/** Files of a package's source. */
export const sourcesOf = (name: string): string[] =>
  (readdirSync(pathOf('packages', name, 'src'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => pathOf('packages', name, 'src', file));

/** Folders of the packages that adapt the engine to a framework: those that use `@api-security/core/adapter`. */
export const ADAPTERS: readonly string[] = readdirSync(pathOf('packages'))
  .filter((name) => name !== 'core' && existsSync(pathOf('packages', name, 'src')))
  .filter((name) => sourcesOf(name).some((file) => readFileSync(file, 'utf8').includes("'@api-security/core/adapter'")))
  .sort();
