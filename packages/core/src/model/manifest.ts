import { ApiSecurityError } from '../errors.js';
import type { TensorSpec } from './runtime.js';

/** Which member of the ensemble a model is. */
export type ModelRole = 'content' | 'flow' | 'sequence';

/** The part of a manifest.json that the library reads; training writes more (metrics, data, calibration). */
export interface Manifest {
  readonly name: string;
  /** Semantic version of the model, as its directory is named. */
  readonly version: string;
  readonly role: ModelRole;
  /** Name and version of the features it was trained on, e.g. `content/2`. */
  readonly schema: string;
  /** File name of the graph, inside the same directory. */
  readonly file: string;
  /** SHA-256 of that file, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly thresholds: {
    /** A score above it stands on its own in the ensemble; chosen in training at ≤ 0.01 % false positives. In [0, 1]. */
    readonly certain: number;
  };
  /** Content models: tokens between two entries of the salience output, and tokens each entry covers. */
  readonly salience: { readonly stride: number; readonly width: number } | null;
  /** Content models: the numbers of how values were cut into rows in training; which there are is the schema's matter. */
  readonly window: Readonly<Record<string, number>> | null;
}

const ROLES: ReadonlySet<string> = new Set(['content', 'flow', 'sequence']);
const FILE_NAME = /^[\w-][\w.-]{0,127}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Reads and checks a manifest.
 *
 * @param text - contents of manifest.json
 * @param origin - what to call it in errors, e.g. `content/1.0.0`
 * @throws `API_SECURITY_MODEL_MANIFEST_INVALID` with the name of the field
 */
export function parseManifest(text: string, origin: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ApiSecurityError('API_SECURITY_MODEL_MANIFEST_INVALID', `The manifest of ${origin} is not JSON.`, {
      cause,
    });
  }
  const field = fieldsOf(json, origin);
  return {
    name: field('name', isText),
    version: field('version', isText),
    role: field('role', (value): value is ModelRole => typeof value === 'string' && ROLES.has(value)),
    schema: field('schema', isText),
    // A bare file name: a manifest cannot point outside its own directory.
    file: field('file', (value): value is string => typeof value === 'string' && FILE_NAME.test(value)),
    sha256: field('sha256', (value): value is string => typeof value === 'string' && SHA256.test(value)),
    inputs: field('inputs', isTensorSpecs),
    outputs: field('outputs', isTensorSpecs),
    thresholds: field('thresholds', isThresholds),
    salience:
      field('salience', (value): value is Manifest['salience'] | undefined => value == null || isSalience(value)) ??
      null,
    window:
      field('window', (value): value is Manifest['window'] | undefined => value == null || isNumbers(value)) ?? null,
  };
}

type Check<T> = (value: unknown) => value is T;

function fieldsOf(json: unknown, origin: string): <T>(name: string, check: Check<T>) => T {
  const fields = new Map(typeof json === 'object' && json !== null ? Object.entries(json) : []);
  return (name, check) => {
    const value: unknown = fields.get(name);
    if (check(value)) return value;
    throw new ApiSecurityError(
      'API_SECURITY_MODEL_MANIFEST_INVALID',
      `The manifest of ${origin} has no valid "${name}".`,
    );
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 128;
}

function isTensorSpecs(value: unknown): value is TensorSpec[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTensorSpec);
}

function isTensorSpec(value: unknown): value is TensorSpec {
  if (typeof value !== 'object' || value === null) return false;
  const { name, type, dims } = value as Partial<Record<keyof TensorSpec, unknown>>;
  return (
    isText(name) &&
    isText(type) &&
    Array.isArray(dims) &&
    dims.every((dim) => typeof dim === 'string' || Number.isInteger(dim))
  );
}

function isThresholds(value: unknown): value is Manifest['thresholds'] {
  const certain = typeof value === 'object' && value !== null && 'certain' in value ? value.certain : undefined;
  return typeof certain === 'number' && certain > 0 && certain <= 1;
}

function isSalience(value: unknown): value is NonNullable<Manifest['salience']> {
  if (typeof value !== 'object' || value === null || !('stride' in value) || !('width' in value)) return false;
  return isCount(value.stride) && isCount(value.width);
}

function isNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((number) => Number.isInteger(number))
  );
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
