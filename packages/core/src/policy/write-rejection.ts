import type { Rejection } from './rejection.js';

/** The part of a `node:http` or `node:http2` response that an answer needs. */
export interface AnswerableResponse {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly destroyed?: boolean;
  /** `node:http2`: the stream under the response. */
  readonly stream?: { readonly destroyed: boolean };
  readonly req: {
    readonly method?: string | undefined;
    readonly httpVersionMajor: number;
    readonly complete: boolean;
    readonly socket?: { readonly destroyed: boolean } | null;
  };
  statusCode: number;
  setHeader(name: string, value: string | number): unknown;
  removeHeader(name: string): unknown;
  end(body: string): unknown;
}

/** Headers that earlier middleware may have set for another body than this one. */
const OF_ANOTHER_BODY = [
  'content-encoding',
  'content-disposition',
  'content-language',
  'content-range',
  'etag',
  'last-modified',
  'transfer-encoding',
];

/**
 * Answers a request with a rejection. The connection stays usable, except when the client is still sending its body: then
 * it is closed, since reading on would let a rejected client keep the host busy. Never throws.
 *
 * @returns false, with nothing written, when there is an answer already or nobody left to receive one
 */
export function writeRejection(response: AnswerableResponse, rejection: Rejection): boolean {
  if (!prepareRejection(response, rejection)) return false;
  try {
    response.end(response.req.method === 'HEAD' ? '' : rejection.body);
    return true;
  } catch {
    return false;
  }
}

/**
 * The part of {@link writeRejection} before the body: status and headers, for a framework that sends the body itself. Never
 * throws.
 *
 * @returns as {@link writeRejection}
 */
export function prepareRejection(response: AnswerableResponse, { status, headers, body }: Rejection): boolean {
  try {
    const { req: request } = response;
    if (response.headersSent || response.writableEnded) return false;
    if (response.destroyed || response.stream?.destroyed || request.socket?.destroyed) return false;
    for (const name of OF_ANOTHER_BODY) response.removeHeader(name);
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-length', Buffer.byteLength(body));
    // HTTP/2 has no such header: there only the stream ends.
    if (!request.complete && request.httpVersionMajor < 2) response.setHeader('connection', 'close');
    return true;
  } catch {
    return false;
  }
}
