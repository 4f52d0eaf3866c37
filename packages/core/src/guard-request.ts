import type { IncomingMessage, ServerResponse } from 'node:http';
import { Stream } from 'node:stream';
import type { ApiSecurity, RequestContext, Verdict } from './api-security.js';
import type { Assessment } from './assessment/assessment.js';

/** Node's own request or response, or a framework's that holds it. */
type Holding<Node> = Node | { readonly raw: Node };

/** A framework's request on which apps find what was parsed of the body, and the assessment. */
export type FrameworkRequest = Holding<IncomingMessage & { body?: unknown }> & {
  body?: unknown;
  apiSecurity?: Assessment | null;
};
export type FrameworkResponse = Holding<ServerResponse>;

/** What the adapter knows of the request's route. */
export type RouteContext = Pick<RequestContext, 'settings' | 'early'>;

/** Answers to requests whose watch began early: whoever decides about one may have the request alone. */
const responses = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * `ApiSecurity.guard` for frameworks that have `body` and `apiSecurity` on the request, as Express, Fastify and Nest do:
 * `request.apiSecurity` is null until there is an assessment.
 *
 * @param response - undefined: that of the request's early watch; without one the request is left alone
 * @returns as `ApiSecurity.guard`
 */
export function guardRequest(
  engine: ApiSecurity,
  request: FrameworkRequest,
  response: FrameworkResponse | undefined,
  route: RouteContext = {},
): Promise<Verdict> | null {
  const incoming: IncomingMessage & { body?: unknown } = nodeOf(request);
  const outgoing = response === undefined ? responses.get(incoming) : nodeOf(response);
  if (outgoing === undefined) return null;
  if (route.early === true) responses.set(incoming, outgoing);
  request.apiSecurity ??= null;
  return engine.guard(incoming, outgoing, {
    ...route,
    host: request,
    // Serverless platforms parse in front of the framework.
    body: () => request.body ?? incoming.body,
    expose: (assessment) => {
      request.apiSecurity = assessment;
    },
  });
}

/** A stream may have something of its own that it calls `raw`. */
function nodeOf<Node extends object>(message: Holding<Node>): Node {
  return !(message instanceof Stream) && 'raw' in message ? message.raw : (message as Node);
}
