/** Asks a server for paths, one after the other. */
export async function askEach(origin: string, paths: readonly string[]): Promise<{ status: number; text: string }[]> {
  const answers: { status: number; text: string }[] = [];
  for (const path of paths) {
    const response = await fetch(origin + path);
    answers.push({ status: response.status, text: await response.text() });
  }
  return answers;
}
