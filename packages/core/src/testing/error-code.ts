/** The code a promise rejects with; `'none'` when it does not reject, `'no code'` when the error has none. */
export async function errorCodeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code ?? 'no code';
  }
}
