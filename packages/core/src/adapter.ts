/** What an adapter is made of: `@api-security/core/adapter`, for the frameworks here and for those of other authors. */
export { engineOf } from './engine-of.js';
export { exposeEngine } from './expose-engine.js';
export { type FrameworkRequest, type FrameworkResponse, guardRequest } from './guard-request.js';
export { handleOrReject } from './handle-or-reject.js';
export { type FrameworkHandler, type LateGuard, lateGuard } from './late-guard.js';
export { type AnswerableResponse, prepareRejection, writeRejection } from './policy/write-rejection.js';
export { type FrameworkReply, rejectReply, releaseHeaders } from './reply-headers.js';
