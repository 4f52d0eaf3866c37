import { type ModelFiles, type ModelRole, onnxRuntimeNode, type Runtime } from '@api-security/core';
import { contentModel, flowModel, loadModel, readModel, sequenceModel } from '@api-security/core/extraction';
import { compareContent, compareFlow, compareSequence, readGolden } from './golden.js';
import type { GoldenResult, ModelListing, ModelVerification } from './model-reports.js';

/** The members of the ensemble, in the order in which they are shown. */
const ROLES = ['content', 'flow', 'sequence'] as const satisfies readonly ModelRole[];

/** Largest difference between a golden number and ours: what float32 arithmetic in another order may cost. */
export const TOLERANCE = 1e-4;

/** Reads the files of every model and checks their hashes. Throws the error of the first that is not right. */
export function listModels(directory: string): ModelListing[] {
  return ROLES.map((role) => listingOf(readModel(directory, role)));
}

/** Checks every model: files, hash, load, golden vectors. Rejects only where no run time can be loaded at all. */
export async function verifyModels(directory: string): Promise<ModelVerification[]> {
  const runtime = await onnxRuntimeNode();
  const verifications: ModelVerification[] = [];
  for (const role of ROLES) verifications.push(await verifyModel(directory, role, runtime));
  return verifications;
}

async function verifyModel(directory: string, role: ModelRole, runtime: Runtime): Promise<ModelVerification> {
  let model: ModelListing | null = null;
  try {
    const files = readModel(directory, role);
    model = listingOf(files);
    const golden = await compareGolden(files, role, runtime);
    const problem = problemOf(golden);
    return { role, ok: problem === null, model, golden, problem };
  } catch (error) {
    return { role, ok: false, model, golden: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function problemOf({ unlike, worst, worstAt }: GoldenResult): string | null {
  if (unlike !== null) return `${unlike} is not what training saw`;
  return worst <= TOLERANCE ? null : `${worstAt} is ${worst.toExponential(1)} off, more than ${TOLERANCE}`;
}

async function compareGolden(files: ModelFiles, role: ModelRole, runtime: Runtime): Promise<GoldenResult> {
  switch (role) {
    case 'content':
      return using(await loadModel(files, runtime, contentModel), async (model) =>
        compareContent(model, await readGolden(files.path)),
      );
    case 'flow':
      return using(await loadModel(files, runtime, flowModel), async (model) =>
        compareFlow(model, await readGolden(files.path)),
      );
    case 'sequence':
      return using(await loadModel(files, runtime, sequenceModel), async (model) =>
        compareSequence(model, await readGolden(files.path)),
      );
  }
}

async function using<M extends { close(): Promise<void> }, T>(model: M, use: (model: M) => Promise<T>): Promise<T> {
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

function listingOf({ manifest, bytes }: ModelFiles): ModelListing {
  const { role, name, version, schema, file, sha256, thresholds } = manifest;
  return { role, name, version, schema, file, bytes: bytes.length, sha256, certain: thresholds.certain };
}
