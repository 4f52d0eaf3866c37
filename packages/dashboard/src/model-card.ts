import type { ModelFiles } from '@api-security/core';

/** What a model's manifest tells people. What training did not write is null or absent. */
export interface ModelCard {
  readonly role: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly createdAt: string | null;
  readonly parameters: number | null;
  /** As training wrote them. */
  readonly metrics: unknown;
  /** Score from which the member stands on its own. */
  readonly certain: number;
  readonly calibration: { readonly bins: readonly ReliabilityBin[] } | null;
  readonly dataSets: readonly DataSet[];
}

/** Rows of the test data whose scores lie together: what was predicted of them, and what they were. */
interface ReliabilityBin {
  /** Mean score. */
  readonly predicted: number;
  /** Share of attacks. */
  readonly observed: number;
  readonly count: number;
}

interface DataSet {
  readonly name: string;
  readonly sha256?: string;
}

/** The card of a model, made of its manifest; training may have written anything. */
export function modelCard({ manifest, manifestText }: ModelFiles): ModelCard {
  const { role, name, version, sha256, thresholds } = manifest;
  const { createdAt, parameters, metrics, data } = fieldsOf(JSON.parse(manifestText));
  return {
    role,
    name,
    version,
    sha256,
    createdAt: typeof createdAt === 'string' ? createdAt : null,
    parameters: typeof parameters === 'number' ? parameters : null,
    metrics: metrics ?? null,
    certain: thresholds.certain,
    calibration: calibrationOf(fieldsOf(metrics).reliability),
    dataSets: dataSetsOf(data),
  };
}

function calibrationOf(reliability: unknown): ModelCard['calibration'] {
  const bins = listOf(reliability).flatMap((bin) => {
    const { score, attacks, n } = fieldsOf(bin);
    const isBin = typeof score === 'number' && typeof attacks === 'number' && typeof n === 'number';
    return isBin ? [{ predicted: score, observed: attacks, count: n }] : [];
  });
  return bins.length === 0 ? null : { bins };
}

/** A list of files, or recordings of several files each. */
function dataSetsOf(data: unknown): readonly DataSet[] {
  const files = listOf(data).flatMap((set) => {
    const { file, name, sha256 } = fieldsOf(set);
    return dataSet(file ?? name, sha256);
  });
  const recordings = listOf(fieldsOf(data).recordings).flatMap((recording) => {
    const { seed, sha256 } = fieldsOf(recording);
    return Object.entries(fieldsOf(sha256)).flatMap(([file, hash]) => dataSet(`recording ${seed}: ${file}`, hash));
  });
  return [...files, ...recordings];
}

function dataSet(name: unknown, sha256: unknown): DataSet[] {
  if (typeof name !== 'string') return [];
  // Where it lay on the machine that trained is nobody's business.
  const bare = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return [{ name: bare, ...(typeof sha256 === 'string' && { sha256 }) }];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
