import type { Rejection } from '@api-security/core';
import { rejectReply } from '@api-security/core/adapter';
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
    if (host.getType() === 'http') rejectReply(host.getArgByIndex(1), rejection);
  }
}
