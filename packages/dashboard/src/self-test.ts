import type { ApiSecurity, ModelFiles, RuntimeChoice } from '@api-security/core';

/** How well the models reproduce what training saw. Null where nothing could be compared. */
export interface SelfTest {
  readonly ok: boolean | null;
  readonly results: readonly SelfTestResult[];
}

/** One model. */
interface SelfTestResult {
  readonly role: string;
  /** Golden vectors compared; 0 where the model has none. */
  readonly cases: number;
  /** Largest difference of any output number. */
  readonly worst: number | null;
  readonly tolerance: number;
  readonly ok: boolean | null;
  readonly ms: number;
  /** For people; null when nothing is wrong. */
  readonly problem: string | null;
}

/** Has every model of an engine compute its golden vectors once more, one after the other. Never rejects for a model that fails. */
export async function selfTest({ models, options }: ApiSecurity): Promise<SelfTest> {
  const results: SelfTestResult[] = [];
  for (const files of models) {
    const since = options.clock.monotonicMs();
    const result = await tested(files, options.runtime);
    results.push({ ...result, ms: Math.round(options.clock.monotonicMs() - since) });
  }
  const verdicts = results.map(({ ok }) => ok).filter((ok) => ok !== null);
  return { ok: verdicts.length === 0 ? null : verdicts.every((ok) => ok), results };
}

async function tested(files: ModelFiles, wanted: RuntimeChoice): Promise<Omit<SelfTestResult, 'ms'>> {
  const { role } = files.manifest;
  // The extractor is needed here alone.
  const { GOLDEN_TOLERANCE, goldenProblem, openRuntime, verifyGolden } = await import('@api-security/core/extraction');
  const nothing = { role, cases: 0, worst: null, tolerance: GOLDEN_TOLERANCE, ok: null, problem: null };
  try {
    const golden = await verifyGolden(files, await openRuntime(wanted));
    if (golden === null) return nothing;
    const problem = goldenProblem(golden);
    return { ...nothing, cases: golden.entries, worst: golden.worst, ok: problem === null, problem };
  } catch (error) {
    // Its text may name files of this machine.
    const { code } = Object(error) as { code?: unknown };
    return { ...nothing, ok: false, problem: typeof code === 'string' ? code : 'The model failed.' };
  }
}
