import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** What of JSON Schema 2020-12 the document makes use of. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One method of one path. */
export interface Operation {
  /** Method and path. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly right: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  /** Statuses that the document names. */
  readonly statuses: ReadonlySet<number>;
  /** Media type of a good answer. */
  readonly type: string;
  readonly isBody: ValidateFunction;
  readonly isAnswer: ValidateFunction;
  readonly isProblem: ValidateFunction;
}

interface Described {
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** The document as it is served. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export function operationsOf(document: OpenApi): readonly Operation[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  const at = (...path: string[]): ValidateFunction => {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    return ajv.compile({ $ref: `openapi#/${pointer}` });
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description, parameters = [], requestBody, responses }]) => {
      const below = ['paths', path, method] as const;
      const type = Object.keys(responses[200]?.content ?? {})[0] ?? '';
      const body = requestBody?.content['application/json']?.schema ?? null;
      const answered = (status: string, media: string) => at(...below, 'responses', status, 'content', media, 'schema');
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        right: /^Needs the right to (\w+)\.$/.exec(description)?.[1] ?? '',
        parameters,
        body,
        statuses: new Set(Object.keys(responses).map(Number)),
        type,
        isBody:
          body === null ? ajv.compile(false) : at(...below, 'requestBody', 'content', 'application/json', 'schema'),
        isAnswer: answered('200', type),
        isProblem: answered('default', 'application/problem+json'),
      };
    }),
  );
}
