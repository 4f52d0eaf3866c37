import { createHash } from 'node:crypto';
import { ApiSecurityError, FLOW_FEATURES, type NamedFeature, SIGNALS } from '@api-security/core';

/** Everything about a feature but its value. */
type Column = Omit<NamedFeature, 'value'>;

/** Values with the hash of their schema, where they are one of a known schema; otherwise the features as they are. */
export type StoredFeatures =
  | readonly NamedFeature[]
  | { readonly schema: string; readonly f32?: string; readonly f64?: string };

/** Hexadecimal digits of a schema's hash. */
const HASH_DIGITS = 16;

/** The names of features by the hash of their list, so that a row holds 4 bytes for a feature and not 80. */
export class FeatureSchemas {
  readonly #byHash = new Map<string, readonly Column[]>();
  readonly #own: readonly (readonly [hash: string, columns: readonly Column[]])[];

  constructor() {
    const flow = FLOW_FEATURES.map(({ name, unit, observed }) => ({
      name,
      unit,
      observed: observed !== 'unobservable',
    }));
    const signals = SIGNALS.map(({ name, unit }) => ({ name, unit, observed: true }));
    this.#own = [flow, signals].map((columns) => [hashOf(columns), columns] as const);
    for (const [hash, columns] of this.#own) this.#byHash.set(hash, columns);
  }

  /** What rows written by this process refer to. */
  get own(): readonly { readonly hash: string; readonly columns: string }[] {
    return this.#own.map(([hash, columns]) => ({ hash, columns: JSON.stringify(columns) }));
  }

  /** Makes a schema known that another version wrote. */
  add(hash: string, columns: string): void {
    this.#byHash.set(hash, JSON.parse(columns) as Column[]);
  }

  has(hash: string): boolean {
    return this.#byHash.has(hash);
  }

  pack(features: readonly NamedFeature[]): StoredFeatures {
    const own = this.#own.find(([, columns]) => isOf(features, columns));
    if (own === undefined) return features;
    const values = features.map(({ value }) => value);
    // Extraction computes in float32: half the size, and exact.
    return values.every((value) => Object.is(Math.fround(value), value))
      ? { schema: own[0], f32: base64(new Float32Array(values)) }
      : { schema: own[0], f64: base64(new Float64Array(values)) };
  }

  /** @throws `API_SECURITY_STORE_FAILED` for a schema that is not known */
  unpack(stored: StoredFeatures): readonly NamedFeature[] {
    if (!('schema' in stored)) return stored;
    const columns = this.#byHash.get(stored.schema);
    if (columns === undefined) {
      throw new ApiSecurityError(
        'API_SECURITY_STORE_FAILED',
        `A row refers to feature schema "${stored.schema}", which is not in the database.`,
      );
    }
    const bytes = Uint8Array.from(Buffer.from(stored.f32 ?? stored.f64 ?? '', 'base64')).buffer;
    const values = stored.f32 === undefined ? new Float64Array(bytes) : new Float32Array(bytes);
    return columns.map(({ name, unit, observed }, i) => ({ name, value: values[i] as number, unit, observed }));
  }
}

function isOf(features: readonly NamedFeature[], columns: readonly Column[]): boolean {
  return (
    features.length === columns.length &&
    columns.every(({ name, unit, observed }, i) => {
      const feature = features[i] as NamedFeature;
      return feature.name === name && feature.unit === unit && feature.observed === observed;
    })
  );
}

function hashOf(columns: readonly Column[]): string {
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex').slice(0, HASH_DIGITS);
}

/** Little-endian, as every platform that Node runs on. */
function base64(values: Float32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
