export { FakeClock } from './fake-clock.js';
export type { Expect, Test } from './suite.js';
export { alertOf, assessmentOf, sampleId } from './sample-assessments.js';
export { type SequenceStoreSuiteOptions, sequenceStoreSuite } from './sequence-store-suite.js';
export { type StoreSuiteOptions, storeSuite } from './store-suite.js';
