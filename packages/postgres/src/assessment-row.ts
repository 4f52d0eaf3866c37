import { ApiSecurityError, type Assessment } from '@api-security/core';
import { parseExact, stringifyExact } from './exact-json.js';
import type { FeatureSchemas, StoredFeatures } from './feature-schemas.js';
import { escapeText, indexedText, isTooLong, searchText, tenantText, unescapeText } from './stored-text.js';

/** One row of the log, as Postgres has it. */
export interface AssessmentRow {
  readonly at: number;
  readonly id: string;
  readonly tenant: string;
  readonly client_key: string;
  readonly address: string;
  readonly method: string;
  readonly status: number;
  readonly level: string;
  readonly category: string | null;
  readonly rejected: boolean;
  readonly score: number;
  readonly path: string;
  readonly search: string;
  readonly body: string;
}

/** What a body holds beside the columns. */
interface Body {
  readonly rest: Partial<Assessment>;
  readonly client?: object;
  readonly request: object;
  readonly features: StoredFeatures;
  readonly signals: StoredFeatures;
  /** Texts that are cut in their columns. */
  readonly long?: {
    readonly tenant?: string;
    readonly key?: string;
    readonly address?: string;
    readonly method?: string;
  };
}

/** What most rows have, and bodies leave out. */
const USUAL = {
  subject: 'request',
  mode: 'monitor',
  categories: [],
  evidence: [],
  unusual: [],
  recommendation: '',
  binaryBytes: 0,
  truncated: [],
  unparsed: [],
  degraded: [],
} as const satisfies Partial<Assessment>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** 10000-01-01T00:00:00Z: days have four digits for the year. */
const MAX_AT = 253_402_300_800_000;

/** Whether a text is an id as the engine makes them: a UUID in lower case. */
export function isId(id: string): boolean {
  return UUID.test(id);
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` for an id that is not a UUID, or a time that is not between the years 1970 and 9999 */
export function toAssessmentRow(assessment: Assessment, schemas: FeatureSchemas): AssessmentRow {
  const { at, id, tenant, client, request, level, category, score } = assessment;
  checkId(id);
  if (!(at >= 0 && at < MAX_AT)) {
    throw new ApiSecurityError(
      'API_SECURITY_STORE_INPUT_INVALID',
      `at of an assessment must lie between 1970 and 9999, got ${at}.`,
    );
  }
  return {
    at,
    id,
    tenant: tenantText(tenant),
    client_key: indexedText(client.key),
    address: indexedText(client.address),
    method: indexedText(request.method),
    status: assessment.response?.status ?? 0,
    level,
    category,
    rejected: assessment.decision.action === 'deny',
    score,
    path: escapeText(request.path),
    search: searchText(request.path, request.userAgent, ...assessment.evidence.map(({ decoded }) => decoded)),
    body: stringifyExact(bodyOf(assessment, schemas)),
  };
}

/** @throws `API_SECURITY_STORE_FAILED` where its feature schema is not known */
export function fromAssessmentRow(row: AssessmentRow, schemas: FeatureSchemas): Assessment {
  const { rest, client, request, features, signals, long } = parseExact(row.body) as Body;
  const tenant = row.tenant === '' ? null : unescapeText(row.tenant).slice(1);
  return {
    ...USUAL,
    ...rest,
    id: row.id,
    at: Number(row.at),
    tenant: long?.tenant ?? tenant,
    client: {
      ...client,
      key: long?.key ?? unescapeText(row.client_key),
      address: long?.address ?? unescapeText(row.address),
    },
    request: { ...request, method: long?.method ?? unescapeText(row.method), path: unescapeText(row.path) },
    score: Number(row.score),
    level: row.level,
    category: row.category,
    features: schemas.unpack(features),
    signals: schemas.unpack(signals),
  } as Assessment;
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` */
export function checkId(id: string): void {
  if (isId(id)) return;
  throw new ApiSecurityError(
    'API_SECURITY_STORE_INPUT_INVALID',
    `An id must be a UUID in lower case, got "${id.slice(0, 80)}".`,
  );
}

function bodyOf(assessment: Assessment, schemas: FeatureSchemas): Body {
  const { id, at, tenant, client, request, level, category, score, features, signals, ...others } = assessment;
  const { key, address, ...client_ } = client;
  const { method, path, ...request_ } = request;
  const rest = Object.fromEntries(Object.entries(others).filter(([name, value]) => !isUsual(name, value)));
  const long = Object.fromEntries(
    Object.entries({ tenant: tenant ?? '', key, address, method }).filter(([name, text]) =>
      isTooLong(name === 'tenant' ? `=${text}` : text),
    ),
  );
  return {
    rest,
    ...(Object.keys(client_).length > 0 && { client: client_ }),
    request: request_,
    features: schemas.pack(features),
    signals: schemas.pack(signals),
    ...(Object.keys(long).length > 0 && { long }),
  };
}

function isUsual(name: string, value: unknown): boolean {
  const usual = (USUAL as Record<string, unknown>)[name];
  return Array.isArray(usual)
    ? Array.isArray(value) && value.length === 0
    : usual !== undefined && Object.is(usual, value);
}
