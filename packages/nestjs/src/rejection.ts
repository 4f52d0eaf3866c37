import type { ServerResponse } from 'node:http';
import type { Rejection } from '@api-security/core';
import { writeRejection } from '@api-security/core/adapter';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';

/** Thrown before guards and handlers of the app. Its exception filters may give another answer than the one it carries. */
export class ApiSecurityRejection extends HttpException {
  constructor(readonly rejection: Rejection) {
    super('The request was not accepted.', rejection.status);
  }
}

/** Answers what no filter of the app has answered. GraphQL answers by itself, with `errors`. */
@Catch(ApiSecurityRejection)
export class RejectionFilter implements ExceptionFilter {
  catch({ rejection }: ApiSecurityRejection, host: ArgumentsHost): void {
    const response = host.getArgByIndex(1);
    const raw: ServerResponse = response?.raw ?? response;
    if (host.getType() !== 'http' || raw.headersSent) return;
    // What plugins have set, such as the headers of CORS, Fastify keeps to itself until it answers.
    for (const [name, value] of Object.entries<string>(response.getHeaders())) raw.setHeader(name, value);
    response.hijack?.();
    writeRejection(raw, rejection);
  }
}
