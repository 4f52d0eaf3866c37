/** What an adapter is made of: `@api-security/core/adapter`, for the frameworks here and for those of other authors. */
export { engineOf } from './engine-of.js';
export { exposeEngine } from './expose-engine.js';
export { type AnswerableResponse, prepareRejection, writeRejection } from './policy/write-rejection.js';
