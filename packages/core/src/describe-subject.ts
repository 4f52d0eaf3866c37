import type { Assessment } from './assessment/assessment.js';
import type { Subject } from './inspection.js';
import type { Redactor } from './observation/redact.js';
import type { RouteShape } from './sequence/route-shape.js';

type SubjectDescription = Pick<Assessment, 'id' | 'at' | 'subject' | 'mode' | 'tenant' | 'client' | 'request'>;

/** What an assessment says of its subject, redacted. */
export function describeSubject(subject: Subject, shape: RouteShape, redactor: Redactor): SubjectDescription {
  const { id, kind, mode, observation } = subject;
  const { at, tenant, client, method, url, headers } = observation;
  const userAgent = headers.find(([name]) => name === 'user-agent')?.[1] ?? '';
  return {
    id,
    at,
    subject: kind,
    mode,
    tenant,
    client,
    request: {
      method,
      route: shape.shape,
      path: redactor.url(url),
      headers: redactor.headers(headers),
      userAgent: redactor.text(userAgent, 'header.user-agent'),
    },
  };
}
