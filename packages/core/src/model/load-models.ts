import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { ApiSecurityError } from '../errors.js';
import { type Manifest, type ModelRole, parseManifest } from './manifest.js';
import type { Runtime, Session } from './runtime.js';

/** Largest file that is read as a model or manifest, in bytes: 16 times the size the shipped models may have together. */
const MAX_FILE_BYTES = 24 * 1024 * 1024;
const VERSION = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;

/**
 * Directory of the models that come with the library: `<role>/<version>/`. Looked for beside this file, then, for a library
 * that was bundled into an application, from the directory that the process runs in.
 *
 * @throws `API_SECURITY_MODEL_NOT_FOUND`
 */
export function bundledModelsDirectory(): string {
  const here: string | undefined = import.meta.url;
  for (const from of [here, join(process.cwd(), 'package.json')]) {
    if (from === undefined) continue;
    try {
      return dirname(createRequire(from).resolve('@api-security/models/package.json'));
    } catch {
      // Not to be found from there.
    }
  }
  throw new ApiSecurityError(
    'API_SECURITY_MODEL_NOT_FOUND',
    'The package "@api-security/models" is not installed where this process can find it: install it, or set the option "models".',
  );
}

/** A model's files, read and checked, before a run time has seen them. */
export interface ModelFiles {
  readonly manifest: Manifest;
  /** All of manifest.json as training wrote it: metrics, data and calibration, too, which the library does not read. */
  readonly manifestText: string;
  /** The graph; its hash is the manifest's. */
  readonly bytes: Buffer;
  /** The directory they came from. */
  readonly path: string;
}

/**
 * Reads a model's files: `<directory>/<role>/<highest version>/`. Synchronous, because it runs once at start and a model that is
 * missing or broken must stop the start.
 *
 * @throws `API_SECURITY_MODEL_NOT_FOUND`, `API_SECURITY_MODEL_MANIFEST_INVALID` or `API_SECURITY_MODEL_HASH_MISMATCH`
 */
export function readModel(directory: string, role: ModelRole): ModelFiles {
  const path = join(directory, role, highestVersion(directory, role));
  const origin = `"${role}" in ${path}`;
  const manifestText = readRegularFile(join(path, 'manifest.json'), path).toString('utf8');
  const manifest = parseManifest(manifestText, origin);
  if (manifest.role !== role) {
    throw new ApiSecurityError(
      'API_SECURITY_MODEL_MANIFEST_INVALID',
      `The manifest of ${origin} has role "${manifest.role}".`,
    );
  }
  const bytes = readRegularFile(join(path, manifest.file), path);
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) {
    throw new ApiSecurityError(
      'API_SECURITY_MODEL_HASH_MISMATCH',
      `The graph of ${origin} is not the file its manifest names: it was changed, cut or replaced. Install the model again.`,
    );
  }
  return { manifest, manifestText, bytes, path };
}

const ROLES: readonly ModelRole[] = ['content', 'flow', 'sequence'];

/**
 * Reads the files of all three members.
 *
 * @param onProblem - is told of a model that cannot be read, which is then left out; absent, the problem is thrown
 * @throws as {@link readModel}
 */
export function readModels(directory: string, onProblem?: (error: unknown) => void): ModelFiles[] {
  const files: ModelFiles[] = [];
  for (const role of ROLES) {
    try {
      files.push(readModel(directory, role));
    } catch (error) {
      if (onProblem === undefined) throw error;
      onProblem(error);
    }
  }
  return files;
}

/**
 * Loads a graph and checks it against the contract of its role: whole or not at all.
 *
 * @throws `API_SECURITY_MODEL_LOAD_FAILED`, `API_SECURITY_MODEL_SCHEMA_MISMATCH` or `API_SECURITY_MODEL_SHAPE_MISMATCH`
 */
export async function loadModel<T>(
  files: ModelFiles,
  runtime: Runtime,
  wrap: (manifest: Manifest, session: Session, runtime: string) => T,
): Promise<T> {
  const session = await runtime.load(files.bytes);
  try {
    return wrap(files.manifest, session, session.runtime ?? runtime.name);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function highestVersion(directory: string, role: ModelRole): string {
  const entries = listed(join(directory, role));
  const versions = entries.filter((entry) => VERSION.test(entry)).sort(byVersion);
  const highest = versions.at(-1);
  if (highest !== undefined) return highest;
  throw new ApiSecurityError(
    'API_SECURITY_MODEL_NOT_FOUND',
    `There is no "${role}" model in ${directory}: expected ${role}/<version>/manifest.json.`,
  );
}

function byVersion(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Reads a regular file that really lies in `directory`: no symbolic link out of it, no device, no surprise in size. */
function readRegularFile(path: string, directory: string): Buffer {
  const problem = (reason: string, options?: ErrorOptions) =>
    new ApiSecurityError('API_SECURITY_MODEL_NOT_FOUND', `${path} ${reason}.`, options);
  let real: string;
  let inside: boolean;
  try {
    real = realpathSync(path);
    inside = real.startsWith(realpathSync(directory) + sep);
  } catch (cause) {
    throw problem('is missing or cannot be read', { cause });
  }
  if (!inside) throw problem('is a link out of its model directory');
  const stat = statSync(real);
  if (!stat.isFile() || stat.size === 0 || stat.size > MAX_FILE_BYTES)
    throw problem('is empty, too large or not a regular file');
  try {
    return readFileSync(real);
  } catch (cause) {
    throw problem('cannot be read', { cause });
  }
}
