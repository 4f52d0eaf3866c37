import { spawn } from 'node:child_process';
import type { Session } from './session.js';

/** Runs a program on the client's own port until it ends or the session is over; then its process group is ended. */
export function runTool(session: Session, command: string, args: readonly string[]): Promise<void> {
  if (session.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: session.workDir, stdio: 'ignore', detached: true });
    const stop = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    session.signal.addEventListener('abort', stop, { once: true });
    child.on('error', () => resolve());
    child.on('close', () => {
      session.signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
