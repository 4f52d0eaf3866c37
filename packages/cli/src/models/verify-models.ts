import { type ModelFiles, type ModelRole, onnxRuntimeNode, type Runtime } from '@api-security/core';
import { goldenProblem, readModel, verifyGolden } from '@api-security/core/extraction';
import type { ModelListing, ModelVerification } from './model-reports.js';

/** The members of the ensemble, in the order in which they are shown. */
const ROLES = ['content', 'flow', 'sequence'] as const satisfies readonly ModelRole[];

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
    const golden = await verifyGolden(files, runtime);
    const problem = golden === null ? `${files.path} has no golden.json` : goldenProblem(golden);
    return { role, ok: problem === null, model, golden, problem };
  } catch (error) {
    return { role, ok: false, model, golden: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function listingOf({ manifest, bytes }: ModelFiles): ModelListing {
  const { role, name, version, schema, file, sha256, thresholds } = manifest;
  return { role, name, version, schema, file, bytes: bytes.length, sha256, certain: thresholds.certain };
}
