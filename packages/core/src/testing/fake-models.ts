import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTENT_CONTRACT, CONTENT_WINDOW } from '../model/content-model.js';
import { FLOW_CONTRACT } from '../model/flow-model.js';
import type { Manifest, ModelRole } from '../model/manifest.js';
import type { ModelContract, TensorContract } from '../model/model.js';
import type { TensorSpec } from '../model/runtime.js';
import { SEQUENCE_CONTRACT } from '../model/sequence-model.js';

/** What the graph of each role must look like. */
export const CONTRACTS: Readonly<Record<ModelRole, ModelContract>> = {
  content: CONTENT_CONTRACT,
  flow: FLOW_CONTRACT,
  sequence: SEQUENCE_CONTRACT,
};

/** The tensors of a contract as a graph names them. */
export function specsOf(tensors: Readonly<Record<string, TensorContract>>): TensorSpec[] {
  return Object.entries(tensors).map(([name, { type, tail }]) => ({
    name,
    type,
    dims: ['batch', ...tail.map((size) => size ?? 'length')],
  }));
}

/** A directory of models that only {@link fakeRuntime} can load. */
export interface FakeModels {
  /** Give it to the engine as `models`. */
  readonly directory: string;
  /** Deletes the directory. */
  remove(): void;
}

/**
 * Writes `<role>/1.0.0/` for each role into a new temporary directory: manifests and hashes are right, and each graph is only
 * the name of its role.
 *
 * @param roles - leave one out to see what happens without it
 */
export function writeFakeModels(roles: readonly ModelRole[] = ['content', 'flow', 'sequence']): FakeModels {
  const directory = mkdtempSync(join(tmpdir(), 'api-security-models-'));
  for (const role of roles) {
    const path = join(directory, role, '1.0.0');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'model.onnx'), role);
    writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifestOf(role)));
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function manifestOf(role: ModelRole): Manifest {
  const { schema, inputs, outputs } = CONTRACTS[role];
  return {
    name: `fake-${role}`,
    version: '1.0.0',
    role,
    schema,
    file: 'model.onnx',
    sha256: createHash('sha256').update(role).digest('hex'),
    inputs: specsOf(inputs),
    outputs: specsOf(outputs),
    thresholds: { certain: 0.95 },
    salience: role === 'content' ? { stride: 1, width: 1 } : null,
    window: role === 'content' ? CONTENT_WINDOW : null,
  };
}
