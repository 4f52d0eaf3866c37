/** The code a promise rejects with; `'none'` when it does not reject. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}
