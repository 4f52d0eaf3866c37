import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SETTINGS } from './settings.js';

/** Runs a module of the Python side to its end. @throws Error when it fails */
export function python(module: string, ...options: string[]): void {
  const { pythonProgram, root } = SETTINGS;
  const { status, error } = spawnSync(pythonProgram, ['-m', module, ...options], {
    cwd: join(root, 'python'),
    stdio: 'inherit',
  });
  if (error !== undefined) throw new Error(`${pythonProgram} does not start: ${error.message}`);
  if (status !== 0) throw new Error(`${module} ended with status ${status}.`);
}
