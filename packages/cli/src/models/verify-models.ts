import { ApiSecurityError, type ModelFiles, type ModelRole, type Runtime } from '@api-security/core';
import { type GoldenResult, goldenProblem, openRuntime, readModel, verifyGolden } from '@api-security/core/extraction';
import type { ModelListing, ModelVerification } from './model-reports.js';

/** The members of the ensemble, in the order in which they are shown. */
const ROLES = ['content', 'flow', 'sequence'] as const satisfies readonly ModelRole[];

/** Reads the files of every model and checks their hashes. Throws the error of the first that is not right. */
export function listModels(directory: string): ModelListing[] {
  return ROLES.map((role) => listingOf(readModel(directory, role)));
}

/** Checks every model on every run time that is there: files, hash, load, golden vectors. Rejects only where no run time can be loaded at all. */
export async function verifyModels(directory: string): Promise<ModelVerification[]> {
  const runtimes = await openRuntimes();
  const verifications: ModelVerification[] = [];
  for (const role of ROLES) verifications.push(await verifyModel(directory, role, runtimes));
  return verifications;
}

const RUNTIMES = ['wasm', 'onnxruntime-node', 'onnxruntime-web'] as const;

/** Those that this machine has. @throws as `openRuntime`, where it has none */
async function openRuntimes(): Promise<Runtime[]> {
  const opened = await Promise.allSettled(RUNTIMES.map((name) => openRuntime(name)));
  const runtimes = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refused = opened.find((result) => result.status === 'rejected');
  if (runtimes.length === 0 && refused !== undefined) throw refused.reason;
  return runtimes;
}

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
      const golden = await verifyGolden(files, runtime).catch(unlessUnknown);
      if (golden === 'unknown') continue;
      ran.push(runtime.name);
      if (golden === null) return failed(`${files.path} has no golden.json`);
      const problem = goldenProblem(golden);
      if (problem !== null) return failed(`${runtime.name}: ${problem}`, golden);
      if (worst === null || golden.worst > worst.worst) worst = golden;
    }
    if (worst === null) return failed('a graph of another architecture than the shipped one: install onnxruntime-node');
    return { role, ok: true, model, runtimes: ran, golden: worst, problem: null };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** Our own kernels know the shipped architectures only. */
function unlessUnknown(error: unknown): 'unknown' {
  if (error instanceof ApiSecurityError && error.code === 'API_SECURITY_MODEL_UNSUPPORTED') return 'unknown';
  throw error;
}

function listingOf({ manifest, bytes }: ModelFiles): ModelListing {
  const { role, name, version, schema, file, sha256, thresholds } = manifest;
  return { role, name, version, schema, file, bytes: bytes.length, sha256, certain: thresholds.certain };
}
