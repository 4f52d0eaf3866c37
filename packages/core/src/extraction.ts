/**
 * The extractor itself, for training and for checking models: whatever prepares data for a model calls what the engine calls,
 * so that no feature exists twice. Published as `@api-security/core/extraction`; follows the schema versions, not the
 * library's.
 */
export { CONTENT_CATEGORIES } from './content/category.js';
export { readContent } from './content/content.js';
export type { ContentValue, DecodedValue, PlaceKind } from './content/content-value.js';
export { CONTENT_SCHEMA, PLACE_KINDS } from './content/content-value.js';
export { decodeValue } from './content/decode.js';
export type { ContentLimits } from './content/limits.js';
export { DEFAULT_CONTENT_LIMITS } from './content/limits.js';
export { isPlain } from './content/triage.js';
export { NAME_LENGTH } from './content/value-name.js';
export type { Windows } from './content/windows.js';
export {
  BOUNDARY_TOKEN,
  PAD_TOKEN,
  TEXT_LENGTH,
  WINDOW_LENGTH,
  WINDOW_STRIDE,
  windowsOf,
} from './content/windows.js';
export { FLOW_FEATURE_COUNT, FLOW_FEATURES, FLOW_SCHEMA, OBSERVABLE_MASK } from './flow/feature-schema.js';
export { contentModel } from './model/content-model.js';
export { flowModel } from './model/flow-model.js';
export { GOLDEN_TOLERANCE, type GoldenResult, goldenProblem } from './model/golden-comparison.js';
export { loadModel, readModel, readModels } from './model/load-models.js';
export { onnxRuntimeNode } from './model/onnx-runtime-node.js';
export { onnxRuntimeWeb } from './model/onnx-runtime-web.js';
export { openRuntime } from './model/open-runtime.js';
export { sequenceModel } from './model/sequence-model.js';
export { verifyGolden } from './model/verify-golden.js';
export type { DescribedRequest } from './observation/from-described-request.js';
export { observeDescribedRequest } from './observation/from-described-request.js';
export { SIGNALS } from './sequence/behaviour-signals.js';
export { BEHAVIOUR_PATTERNS } from './sequence/pattern.js';
export { SEQUENCE_LENGTH, SEQUENCE_SCHEMA, SIGNAL_COUNT, STEP_WIDTH } from './sequence/step.js';
export { sequenceWindow } from './sequence/window.js';
