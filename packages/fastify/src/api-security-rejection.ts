import type { Rejection, RejectionCode } from '@api-security/core';

/**
 * What error handlers get for a request that is not to be handled. A handler that sends something answers with that; where
 * one passes the error on (`reply.send(error)`), and where the app has none, the answer is the rejection.
 */
export class ApiSecurityRejection extends Error {
  override readonly name = 'ApiSecurityRejection';
  /** 403 for a rejected request, 503 for one that could not be checked, or what `onReject` says. */
  readonly statusCode: number;

  /**
   * @param rejection - status, headers and body of the answer that is sent when nobody sends another
   * @param code - rejected by policy, or could not be checked; stable: the thing to match on
   */
  constructor(
    readonly rejection: Rejection,
    readonly code: RejectionCode,
  ) {
    super('The request was not accepted.');
    this.statusCode = rejection.status;
  }
}
