import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = /^\d+\.\d+\.\d+$/;

/** Directory of the highest version under a role's folder, or null when the role has none. */
export function shippedModel(roleFolder: string): string | null {
  const highest = versionsIn(roleFolder).at(-1);
  return highest === undefined ? null : join(roleFolder, highest);
}

/** Puts a candidate that passed its gate in the place of what was shipped: the package holds one version of a role. */
export function release(candidate: string, version: string, roleFolder: string): void {
  for (const name of versionsIn(roleFolder)) rmSync(join(roleFolder, name), { recursive: true });
  cpSync(candidate, join(roleFolder, version), { recursive: true });
}

/** Puts the pages and pictures of a released model in the place of those of the one before; tables that they were made from stay. */
export function publishReports(from: string, to: string, role: string, version: string): void {
  const isPage = (name: string): boolean => name.startsWith(`${role}-`) && !name.endsWith('.json');
  for (const name of readdirSync(to).filter(isPage)) rmSync(join(to, name));
  for (const name of readdirSync(from)) {
    if (isPage(name) && name.startsWith(`${role}-${version}`)) cpSync(join(from, name), join(to, name));
  }
}

function versionsIn(roleFolder: string): string[] {
  if (!existsSync(roleFolder)) return [];
  return readdirSync(roleFolder)
    .filter((name) => VERSION.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
