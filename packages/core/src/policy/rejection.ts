import type { ServerResponse } from 'node:http';

/** An answer of ours, complete; adapters only copy it out. It never tells score, level, rule or place. */
export interface Rejection {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why a request is answered by us: `level` is a verdict on it, `failed-closed` says that there is none. */
export type RejectionReason = 'level' | 'failed-closed';

const ANSWERS = {
  level: {
    status: 403,
    code: 'API_SECURITY_REQUEST_REJECTED',
    title: 'Request rejected',
    detail: 'This request was rejected. If you think that it should not have been, tell the operator its id.',
  },
  'failed-closed': {
    status: 503,
    code: 'API_SECURITY_UNAVAILABLE',
    title: 'Service unavailable',
    detail: 'This request could not be checked. Try again later.',
  },
} as const satisfies Record<RejectionReason, object>;

const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * The answer to a rejected request: problem details (RFC 9457), or a page where the client asks for HTML.
 *
 * @param request - `accept`: the request's header of that name
 */
export function createRejection(request: {
  readonly assessmentId: string;
  readonly reason: RejectionReason;
  readonly accept?: string | undefined;
  /** Seconds for `Retry-After`. */
  readonly retryAfterS?: number;
}): Rejection {
  const { assessmentId, reason, accept, retryAfterS } = request;
  const { status, code, title, detail } = ANSWERS[reason];
  const instance = `urn:uuid:${assessmentId}`;
  const retry = retryAfterS === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterS))) };
  if (prefersHtml(accept ?? '')) {
    return {
      status,
      headers: {
        ...SAFE_HEADERS,
        ...retry,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      },
      body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${detail}</p><p>Id: ${assessmentId}</p></html>\n`,
    };
  }
  return {
    status,
    headers: { ...SAFE_HEADERS, ...retry, 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, instance, code }),
  };
}

/** The parts of a response that writing a rejection needs. */
export type RejectableResponse = Pick<ServerResponse, 'headersSent' | 'destroyed' | 'writableEnded' | 'end' | 'writeHead'> & {
  readonly req?: { readonly method?: string | undefined; readonly complete?: boolean };
};

/**
 * Sends a rejection. Never throws.
 *
 * @returns false when nothing could be sent: the response had begun, or the client has gone
 */
export function writeRejection(response: RejectableResponse, { status, headers, body }: Rejection): boolean {
  if (response.headersSent || response.destroyed || response.writableEnded) return false;
  try {
    const bytes = Buffer.byteLength(body);
    // What is left of the body would be read as the next request: nobody will take it off the connection.
    const connection = response.req?.complete === false ? { connection: 'close' } : {};
    response.writeHead(status, { ...headers, 'content-length': String(bytes), ...connection });
    response.end(response.req?.method === 'HEAD' ? undefined : body);
    return true;
  } catch {
    return false;
  }
}

/** Whether HTML stands before JSON in an Accept header. Quality values are not weighed: browsers list HTML first, programs do not list it. */
function prefersHtml(accept: string): boolean {
  const html = accept.indexOf('text/html');
  if (html < 0) return false;
  const json = accept.indexOf('json');
  return json < 0 || html < json;
}
