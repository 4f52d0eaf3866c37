import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApiSecurityError } from '@api-security/core';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const NAME = 'postgres';

/**
 * Who the server is to run as: Postgres refuses to run as root, so that root needs another user for it. Null for anybody else.
 *
 * @param create - whether to make the user `postgres` where there is none
 */
export async function serverUser(create: boolean): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const user = await find();
  if (user !== null) return user;
  if (!create) throw refusal('there is none, and createUser is false');
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', NAME]);
  } catch (cause) {
    throw refusal('it could not be made', cause);
  }
  const made = await find();
  if (made === null) throw refusal('it could not be made');
  return made;
}

async function find(): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, NAME])).stdout)),
    );
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

function refusal(why: string, cause?: unknown): ApiSecurityError {
  return new ApiSecurityError(
    'API_SECURITY_STORE_FAILED',
    `Postgres does not run as root and needs the user "${NAME}", but ${why}. Make one, or run as a normal user.`,
    { cause },
  );
}
