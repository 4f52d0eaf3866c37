import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isAlive } from './is-alive.js';

let made = 0;

/**
 * Runs the callback if nobody else is at it, in this process or in others; null where somebody is. A lock whose process has died is taken
 * over.
 *
 * @param path - of the lock: a file with the id of the process
 */
export async function exclusively<T>(path: string, run: () => Promise<T>): Promise<T | null> {
  if (!(await claim(path))) return null;
  try {
    return await run();
  } finally {
    await rm(path, { force: true });
  }
}

async function claim(path: string): Promise<boolean> {
  const holder = await readFile(path, 'utf8').catch(() => null);
  if (holder !== null && (isAlive(Number(holder)) || !(await remove(path, holder)))) return false;
  // Written apart and then linked: at no time is there a lock without its holder.
  const own = nameBeside(path);
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch {
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes the lock of a dead process; false where others were faster. */
async function remove(path: string, holder: string): Promise<boolean> {
  const away = nameBeside(path);
  try {
    await rename(path, away);
    const moved = await readFile(away, 'utf8');
    // Somebody has removed the dead one's and made a lock since it was read: that one is given back.
    if (moved !== holder) await link(away, path);
    return moved === holder;
  } catch {
    return false;
  } finally {
    await rm(away, { force: true });
  }
}

function nameBeside(path: string): string {
  return `${path}.${process.pid}.${made++}`;
}
