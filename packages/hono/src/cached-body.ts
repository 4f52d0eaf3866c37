/** `c.req.bodyCache`: promises of what was read, whatever its type says. */
export type BodyCache = Readonly<Partial<Record<'arrayBuffer' | 'blob' | 'text' | 'json' | 'formData', unknown>>>;

/**
 * What an earlier middleware read of the body, which Hono keeps for the next reader: bytes and text as a Buffer, JSON as its
 * value, and a form of which nothing else is kept as its fields and the names of its files. Never rejects.
 *
 * @returns undefined when nothing was read, or nothing could be
 */
export async function cachedBody({ arrayBuffer, blob, text, json, formData }: BodyCache): Promise<unknown> {
  try {
    const bytes = await (arrayBuffer ?? blob ?? text);
    if (bytes !== undefined) return Buffer.from(await new Response(bytes as string | Blob | ArrayBuffer).arrayBuffer());
    const form = await formData;
    return form instanceof FormData ? fieldsOf(form) : await json;
  } catch {
    return undefined;
  }
}

function fieldsOf(form: FormData): object {
  const fields = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name).map((value) => (typeof value === 'string' ? value : value.name));
    return [name, values.length > 1 ? values : values[0]] as const;
  });
  return Object.fromEntries(fields);
}
