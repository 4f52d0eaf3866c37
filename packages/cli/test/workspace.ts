import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { writeTinyModels } from './tiny-models.js';

/** A temporary directory for the tests of one file, with tiny models in `models`. */
export interface Workspace {
  readonly cwd: string;
  write(file: string, contents: string | Buffer): void;
}

/** Makes one before the tests of the calling file, and deletes it after them. */
export function useWorkspace(): Workspace {
  let cwd = '';
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), 'api-security-cli-'));
    writeTinyModels(join(cwd, 'models'));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  return {
    get cwd() {
      return cwd;
    },
    write: (file, contents) => writeFileSync(join(cwd, file), contents),
  };
}
