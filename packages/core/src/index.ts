export type { Acknowledgement, Alert } from './alert/alert.js';
export type { AnalyzeOptions, ApiSecurity, LoginRequest, Logins, RequestContext, Verdict } from './api-security.js';
export type { Assessment, Decision, Evidence, Level, MemberScores, Mode } from './assessment/assessment.js';
export type { Thresholds } from './assessment/level.js';
export { LEVELS, levelOf, reaches } from './assessment/level.js';
export type { AuditedChange } from './audit-log.js';
export type { Clock } from './clock.js';
export { systemClock } from './clock.js';
export type { ContentCategory } from './content/category.js';
export { CONTENT_CATEGORIES } from './content/category.js';
export type { DecodeStep, PlaceKind } from './content/content-value.js';
export { PLACE_KINDS } from './content/content-value.js';
export type { Ban } from './coordination/ban.js';
export type { Coordination, News, SettingsNews, SharedAlert } from './coordination/coordination.js';
export { memoryCoordination } from './coordination/memory-coordination.js';
export type { Counters } from './counters.js';
export { createApiSecurity } from './create-api-security.js';
export type { ErrorCode } from './errors.js';
export { ApiSecurityError, ERRORS } from './errors.js';
export type { ApiSecurityEvents, RecordedStep } from './events.js';
export { FLOW_FEATURES } from './flow/feature-schema.js';
export type { MeteredServer, MeteredSocket } from './flow/metered-socket.js';
export type { NamedFeature } from './flow/named-feature.js';
export type { Logger } from './logger.js';
export { jsonLogger, silentLogger } from './logger.js';
export type { MaybePromise } from './maybe-promise.js';
export type { ModelFiles } from './model/load-models.js';
export type { Manifest, ModelRole } from './model/manifest.js';
export { onnxRuntimeNode } from './model/onnx-runtime-node.js';
export type { Runtime, RuntimeChoice, Session, Tensor, TensorSpec } from './model/runtime.js';
export type { AttackCategory } from './model/scores.js';
export type { ClientName } from './observation/client-keys.js';
export type { DescribedRequest } from './observation/from-described-request.js';
export type {
  Client,
  HeaderEntry,
  Marks,
  Observation,
  ObservedBody,
  ObservedResponse,
} from './observation/observation.js';
export type { ApiSecurityOptions, Limits, ResolvedOptions } from './options.js';
export { DEFAULTS } from './options.js';
export type { BanRequest } from './policy/bans.js';
export type { Exemption, StoredExemption } from './policy/exemptions.js';
export type { Action, BanPolicy, Policy, Threshold } from './policy/policy.js';
export type { Rejection, RejectionCode } from './policy/rejection.js';
export type { RouteLimits, RouteOptions, RouteRule, RouteSettings } from './route-settings.js';
export { scoreWithout } from './score-without.js';
export { SIGNALS } from './sequence/behaviour-signals.js';
export { memorySequenceStore } from './sequence/memory-sequence-store.js';
export type { BehaviourPattern } from './sequence/pattern.js';
export { BEHAVIOUR_PATTERNS } from './sequence/pattern.js';
export { sequenceKeyOf } from './sequence/sequence-key.js';
export type { SequenceStore } from './sequence/sequence-store.js';
export type { Step } from './sequence/step.js';
export { SEQUENCE_LENGTH, STEP_WIDTH } from './sequence/step.js';
export type { ExemptionRequest, Settings, SettingsChange } from './settings.js';
export { memoryStore } from './store/memory-store.js';
export { pageLimit } from './store/paging.js';
export type {
  AlertQuery,
  AuditEntry,
  AuditQuery,
  Batch,
  HourlyStatistics,
  LogQuery,
  Page,
  PageQuery,
  ScoreCount,
  Statistics,
  Store,
  StoredSettings,
} from './store/store.js';
