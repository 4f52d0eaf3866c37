import { ApiSecurityError, type ModelFiles, type ModelRole, type Runtime } from '@api-security/core';
import { type GoldenResult, goldenProblem, openRuntime, readModel, verifyGolden } from '@api-security/core/extraction';
import type { ModelListing, ModelVerification, VerificationReport } from './model-reports.js';

/** The members of the ensemble, in the order in which they are shown. */
const ROLES = ['content', 'flow', 'sequence'] as const satisfies readonly ModelRole[];

/** Reads the files of every model and checks their hashes. Throws the error of the first that is not right. */
export function listModels(directory: string): ModelListing[] {
  return ROLES.map((role) => listingOf(readModel(directory, role)));
}

/** Checks every model on every run time that is there: files, hash, load, golden vectors. */
export async function verifyModels(directory: string): Promise<VerificationReport> {
  const runtimes: Runtime[] = [];
  const absentRuntimes: string[] = [];
  for (const name of RUNTIMES) {
    const runtime = await openRuntime(name).catch(nullFor('API_SECURITY_RUNTIME_UNAVAILABLE'));
    if (runtime === null) absentRuntimes.push(name);
    else runtimes.push(runtime);
  }
  const models: ModelVerification[] = [];
  for (const role of ROLES) models.push(await verifyModel(directory, role, runtimes));
  return { models, absentRuntimes };
}

const RUNTIMES = ['wasm', 'onnxruntime-node', 'onnxruntime-web'] as const;

async function verifyModel(
  directory: string,
  role: ModelRole,
  runtimes: readonly Runtime[],
): Promise<ModelVerification> {
  let model: ModelListing | null = null;
  const ran: string[] = [];
  const failed = (problem: string, golden: GoldenResult | null = null): ModelVerification => ({
    role,
    ok: false,
    model,
    runtimes: ran,
    golden,
    problem,
  });
  try {
    const files = readModel(directory, role);
    model = listingOf(files);
    let worst: GoldenResult | null = null;
    for (const runtime of runtimes) {
      const verified = await verifyGolden(files, runtime)
        .then((golden) => ({ golden }))
        .catch(nullFor('API_SECURITY_MODEL_UNSUPPORTED'));
      // Our own kernels know the shipped architectures only.
      if (verified === null) continue;
      ran.push(runtime.name);
      const { golden } = verified;
      if (golden === null) return failed(`${files.path} has no golden.json`);
      const problem = goldenProblem(golden);
      if (problem !== null) return failed(`${runtime.name}: ${problem}`, golden);
      if (worst === null || golden.worst > worst.worst) worst = golden;
    }
    if (worst === null)
      return failed(
        'a graph of another architecture than the shipped one: install onnxruntime-node, or onnxruntime-web',
      );
    return { role, ok: true, model, runtimes: ran, golden: worst, problem: null };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** For `catch`: null for an error of this code; the others are thrown again. */
function nullFor(code: ApiSecurityError['code']): (error: unknown) => null {
  return (error) => {
    if (error instanceof ApiSecurityError && error.code === code) return null;
    throw error;
  };
}

function listingOf({ manifest, bytes }: ModelFiles): ModelListing {
  const { role, name, version, schema, file, sha256, thresholds } = manifest;
  return { role, name, version, schema, file, bytes: bytes.length, sha256, certain: thresholds.certain };
}
