import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from './route.js';

const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
  })
  .meta({ id: 'Problem' });

/** OpenAPI 3.1, made of the schemas that the routes validate with. */
export function openApiOf(routes: readonly Route[], title: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) {
    const parameters = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const path =
      parameters.length === 0
        ? {}
        : { path: z.object(Object.fromEntries(parameters.map((name) => [name, z.string()]))) };
    const query = one.query === undefined ? {} : { query: one.query };
    const type = one.type ?? 'application/json';
    paths[one.path] = {
      ...paths[one.path],
      [one.method.toLowerCase()]: {
        summary: one.summary,
        description: `Needs the right to ${one.right}.`,
        requestParams: { ...path, ...query },
        ...(one.body !== undefined && { requestBody: { content: { 'application/json': { schema: one.body } } } }),
        responses: {
          200: {
            description: 'What was asked for',
            content: { [type.split(';')[0] as string]: { schema: one.answer ?? z.string() } },
          },
          default: {
            description: 'What was wrong',
            content: { 'application/problem+json': { schema: ProblemDocument } },
          },
        },
      },
    };
  }
  return createDocument({ openapi: '3.1.0', info: { title, version: '1' }, paths: paths as ZodOpenApiPathsObject });
}
