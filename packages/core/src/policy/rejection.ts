import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import { prefersHtml } from './accept.js';

/** Why a request was not handled, as far as its client may know. Stable: clients match on it. */
export type RejectionCode =
  | 'API_SECURITY_REQUEST_REJECTED'
  | 'API_SECURITY_CLIENT_BANNED'
  | 'API_SECURITY_BODY_TOO_LONG'
  | 'API_SECURITY_UNAVAILABLE';

/** An answer to send instead of the handler's. Adapters only copy it out. */
export interface Rejection {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The part of a request that says what its client can read. */
export interface AnsweredRequest {
  /** Without query. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What a rejection is made of. */
export interface RejectionInput {
  /** UUID of the assessment, or of a request that was not assessed: what a client can name when it asks why. */
  readonly assessmentId: string;
  /** What is answered: it decides on the form of the answer. */
  readonly request: AnsweredRequest;
  /** Rejected by policy, or not assessed while `onFailure` is `closed`. */
  readonly code: RejectionCode;
  /** Seconds after which the client may try again; no `Retry-After` when absent. */
  readonly retryAfterS?: number;
  /** @defaultValue 403 for a rejected request, 503 for an inspection that failed */
  readonly status?: number;
}

/** What clients are told. */
const ANSWERS: Readonly<Record<RejectionCode, { readonly status: number; readonly detail: string }>> = {
  API_SECURITY_REQUEST_REJECTED: {
    status: 403,
    detail: 'The request was not accepted. Whoever runs this service can look it up by its instance.',
  },
  API_SECURITY_CLIENT_BANNED: {
    status: 403,
    detail: 'Requests are not accepted from here for now. Whoever runs this service can lift that.',
  },
  API_SECURITY_BODY_TOO_LONG: {
    status: 413,
    detail: 'The body of the request is longer than this service reads.',
  },
  API_SECURITY_UNAVAILABLE: {
    status: 503,
    detail: 'The request could not be checked just now. Try again later.',
  },
};

/** Nothing may load, run, frame or post from the page; it has no script and no style of its own. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The answer to a rejected request: a problem document (RFC 9457), a page where the client asks for HTML, `errors[]` for
 * GraphQL. It names the assessment and never the score, the rule or anything of the request.
 */
export function createRejection(input: RejectionInput): Rejection {
  const { assessmentId, request, code, retryAfterS } = input;
  const { detail, status: usual } = ANSWERS[code];
  const status = input.status ?? usual;
  const title = STATUS_CODES[status] ?? 'Rejected';
  const problem: Problem = { type: 'about:blank', title, status, detail, instance: `urn:uuid:${assessmentId}`, code };
  const { type, body, headers = {} } = FORMS[formFor(request)](problem);
  return {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(Math.max(0, Math.ceil(retryAfterS))) }),
    },
    body,
  };
}

/** Whether something that a host made of a rejection can be sent: a status of 200 to 599, texts as headers, a text as body. */
export function isSendable(value: unknown): value is Rejection {
  const { status, headers, body } = Object(value) as { status?: unknown; headers?: unknown; body?: unknown };
  const isStatus = Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;
  if (!isStatus || typeof body !== 'string' || typeof headers !== 'object' || headers === null) return false;
  try {
    for (const [name, text] of Object.entries(headers)) {
      validateHeaderName(name);
      if (typeof text !== 'string') return false;
      validateHeaderValue(name, text);
    }
    return true;
  } catch {
    return false;
  }
}

type Form = 'problem' | 'page' | 'graphql-response' | 'graphql';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

const FORMS: Readonly<
  Record<Form, (problem: Problem) => { type: string; body: string; headers?: Readonly<Record<string, string>> }>
> = {
  problem: (problem) => ({ type: 'application/problem+json', body: JSON.stringify(problem) }),
  page: (problem) => ({
    type: 'text/html; charset=utf-8',
    body: pageOf(problem),
    headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
  }),
  'graphql-response': (problem) => ({ type: GRAPHQL_RESPONSE, body: graphqlErrors(problem) }),
  graphql: (problem) => ({ type: 'application/json', body: graphqlErrors(problem) }),
};

const GRAPHQL_PATH = /\/graphql\/?$/i;

function formFor({ path, headers }: AnsweredRequest): Form {
  const header = (name: string): string => headers.find(([own]) => own === name)?.[1] ?? '';
  const accept = header('accept');
  if (prefersHtml(accept)) return 'page';
  if (accept.includes(GRAPHQL_RESPONSE)) return 'graphql-response';
  return GRAPHQL_PATH.test(path) || header('content-type').startsWith('application/graphql') ? 'graphql' : 'problem';
}

/** GraphQL over HTTP: a request error has no `data`. */
function graphqlErrors({ title, detail, instance, code }: Problem): string {
  return JSON.stringify({ errors: [{ message: `${title}: ${detail}`, extensions: { code, instance } }] });
}

/** RFC 9457 §3.1, and a stable code as its one extension member. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: RejectionCode;
}

function pageOf({ title, status, detail, instance, code }: Problem): string {
  const heading = escapeHtml(`${status} ${title}`);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${heading}</title></head>`,
    `<body><h1>${heading}</h1><p>${escapeHtml(detail)}</p>`,
    `<p><code>${escapeHtml(instance)}</code> <code>${escapeHtml(code)}</code></p></body></html>`,
    '',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
