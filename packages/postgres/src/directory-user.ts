import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './is-alive.js';

/** One of those who use a directory together, in this process or in others: a file for each, named after its process. */
export class DirectoryUser {
  readonly #directory: string;
  readonly #name = `${process.pid}-${randomUUID()}`;
  #isThere = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async enter(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFile(join(this.#directory, this.#name), '');
    this.#isThere = true;
  }

  /** @returns whether it was there */
  async leave(): Promise<boolean> {
    const wasThere = this.#isThere;
    this.#isThere = false;
    await rm(join(this.#directory, this.#name), { force: true });
    return wasThere;
  }

  /** Whether any other is there whose process lives; the files of dead ones are cleared away. */
  async isAnyoneThere(): Promise<boolean> {
    let isAnyone = false;
    for (const name of await readdir(this.#directory)) {
      if (isAlive(Number.parseInt(name, 10))) isAnyone = true;
      else await rm(join(this.#directory, name), { force: true });
    }
    return isAnyone;
  }
}
