import { STATUS_CODES } from 'node:http';
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

/** What every change has to carry. */
const ChangeHeaders = z.object({ 'x-csrf-token': z.string().meta({ description: 'As `GET /api/session` gives it' }) });

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
    const header = one.right === 'read' ? {} : { header: ChangeHeaders };
    const type = one.type ?? 'application/json';
    paths[one.path] = {
      ...paths[one.path],
      [one.method.toLowerCase()]: {
        summary: one.summary,
        description: `Needs the right to ${one.right}.`,
        requestParams: { ...path, ...query, ...header },
        ...(one.body !== undefined && {
          requestBody: { required: true, content: { 'application/json': { schema: one.body } } },
        }),
        responses: {
          200: {
            description: 'What was asked for',
            content: { [type.split(';')[0] as string]: { schema: one.answer ?? z.string() } },
          },
          ...Object.fromEntries(problemsOf(one).map((status) => [status, problem(String(STATUS_CODES[status]))])),
          default: problem('What was wrong'),
        },
      },
    };
  }
  return createDocument({ openapi: '3.1.0', info: { title, version: '1' }, paths: paths as ZodOpenApiPathsObject });
}

/** Statuses that follow from what a route takes, and its own. What fails inside is left to `default`. */
function problemsOf({ path, query, body, problems = [] }: Route): readonly number[] {
  return [
    401,
    403,
    ...(query !== undefined || body !== undefined ? [400] : []),
    ...(path.includes('{') ? [404] : []),
    ...(body !== undefined ? [413, 415] : []),
    ...problems,
  ];
}

function problem(description: string): object {
  return { description, content: { 'application/problem+json': { schema: ProblemDocument } } };
}
