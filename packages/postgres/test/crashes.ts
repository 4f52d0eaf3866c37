import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PostgresStore } from '../src/index.js';

/** A process of its own that writes until it is killed: what it was told is stored must be. */
export class CrashingHost {
  readonly #child: ChildProcess;
  readonly acknowledged: string[] = [];

  /**
   * @param target - connection string, or directory of an embedded Postgres
   * @param first - number of its first batch
   */
  constructor(target: string, first: number) {
    const file = fileURLToPath(new URL('crash-writer.ts', import.meta.url));
    const flags = ['--conditions=@api-security/source', '--import', 'tsx'];
    this.#child = spawn(process.execPath, [...flags, file, target, String(first)], {
      // Where `tsx` is found.
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let rest = '';
    this.#child.stdout?.on('data', (piece) => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      this.acknowledged.push(...lines.filter((line) => line !== 'started'));
    });
    this.#child.stderr?.on('data', (piece) => process.stderr.write(piece));
  }

  /** Resolves when this many batches more are acknowledged. */
  async acknowledges(batches: number): Promise<void> {
    const wanted = this.acknowledged.length + batches;
    while (this.acknowledged.length < wanted) {
      if (this.#child.exitCode !== null) throw new Error(`The writer ended with ${this.#child.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** kill -9, at any moment. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Which of the acknowledged alerts are not stored, and how many are stored twice. */
export async function lossesOf(
  store: PostgresStore,
  acknowledged: readonly string[],
): Promise<{ lost: string[]; twice: number }> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.alerts(cursor === null ? { limit: 200 } : { limit: 200, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null);
  const stored = new Set(ids);
  return { lost: acknowledged.filter((id) => !stored.has(id)), twice: ids.length - stored.size };
}
