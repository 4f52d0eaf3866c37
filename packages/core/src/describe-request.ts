import type { Assessment } from './assessment/assessment.js';
import type { Subject } from './inspection.js';
import type { Redactor } from './observation/redact.js';
import type { RouteShape } from './sequence/route-shape.js';

/** What an assessment says of its subject's request, redacted. */
export function describeRequest(
  { observation }: Subject,
  shape: RouteShape,
  redactor: Redactor,
): Assessment['request'] {
  const { method, url, headers } = observation;
  const redacted = redactor.headers(headers);
  return {
    method,
    route: shape.shape,
    path: redactor.url(url),
    headers: redacted,
    userAgent: redacted.find(([name]) => name === 'user-agent')?.[1] ?? '',
  };
}
