import { CONTENT_CATEGORIES } from '../content/category.js';
import type { NamedFeature } from '../flow/named-feature.js';
import { type EnsembleWeights, ensemble, type MemberScore, requestCnn } from '../model/ensemble.js';
import type { ValueScore } from '../model/score-content.js';
import type { AttackCategory, FlowScore, SequenceScore } from '../model/scores.js';
import type { Redactor } from '../observation/redact.js';
import { RESPONSE_SIGNALS } from '../sequence/behaviour-signals.js';
import { BEHAVIOUR_PATTERNS } from '../sequence/pattern.js';
import type { Assessment } from './assessment.js';
import { DetailedBelief } from './detailed-belief.js';
import { DetailsOnDemand } from './details-on-demand.js';
import { evidenceOf } from './evidence.js';
import { levelOf, type Thresholds } from './level.js';
import { recommendationFor } from './recommendation.js';

/** An assessment before anything was decided. */
export type Belief = Omit<Assessment, 'decision' | 'response'>;

/** What the members said, and what it is about. Null members were absent. */
export interface AssessmentInput
  extends Pick<
    Assessment,
    | 'id'
    | 'at'
    | 'subject'
    | 'mode'
    | 'tenant'
    | 'client'
    | 'inspectedBytes'
    | 'binaryBytes'
    | 'truncated'
    | 'unparsed'
    | 'degraded'
    | 'durationMs'
  > {
  /** Describes the request, redacted: costs more than the rest, and nobody may ask. */
  readonly request: () => Assessment['request'];
  /** Every scored value, strongest first. */
  readonly content: readonly ValueScore[] | null;
  readonly flow: FlowScore | null;
  readonly sequence: SequenceScore | null;
  /** The members' certain thresholds, from their manifests. */
  readonly certain: { readonly content: number; readonly flow: number; readonly sequence: number };
  /** `[52]`; null where the flow was absent. */
  readonly features: Float32Array | null;
  /** `[12]` */
  readonly signals: Float32Array | null;
}

/** How beliefs are formed and written down; the same for every request. */
export interface AssessmentRules {
  readonly weights: EnsembleWeights;
  readonly thresholds: Thresholds;
  readonly redactor: Redactor;
}

/** Kinds less probable than this are not listed. */
const LEAST_PROBABILITY = 0.05;
/** Standard deviations from normal at which a feature is worth naming. */
const UNUSUAL_DEVIATIONS = 2;
const MAX_UNUSUAL = 5;
/** Shared, because most assessments have nothing of several kinds. */
const NONE: readonly never[] = Object.freeze([]);

/** Members' scores → one score, a level, and what a person needs to understand it. Most of that is worked out when somebody looks. */
export function assess(input: AssessmentInput, { weights, thresholds, redactor }: AssessmentRules): Belief {
  const { content: values, flow, sequence, certain } = input;
  const content = values === null ? null : { score: values[0]?.score ?? 0, certain: certain.content };
  const flowMember = memberOf(flow, certain.flow);
  const bilstm = memberOf(sequence, certain.sequence);
  const score = ensemble(content, flowMember, bilstm, weights) ?? 0;
  const level = levelOf(score, thresholds);
  const isLow = level === 'low';
  const categories = isLow ? NONE : categoriesOf(input);
  const category = categories[0]?.category ?? null;
  const details = new DetailsOnDemand(input.request, input.features, input.signals);
  return new DetailedBelief(
    {
      id: input.id,
      at: input.at,
      subject: input.subject,
      mode: input.mode,
      tenant: input.tenant,
      client: input.client,
      score,
      level,
      scores: {
        cnn: requestCnn(content, flowMember),
        content: content?.score ?? null,
        flow: flow?.score ?? null,
        bilstm: sequence?.score ?? null,
      },
      category,
      categories,
      evidence: isLow || values === null ? NONE : evidenceOf(values, redactor),
      unusual: isLow ? NONE : unusualOf(input, details.features, details.signals),
      recommendation: recommendationFor(category, level),
      inspectedBytes: input.inspectedBytes,
      binaryBytes: input.binaryBytes,
      truncated: input.truncated,
      unparsed: input.unparsed,
      degraded: input.degraded,
      durationMs: input.durationMs,
    },
    details,
  );
}

function memberOf(score: { readonly score: number } | null, certain: number): MemberScore | null {
  return score === null ? null : { score: score.score, certain };
}

/** The members' kinds of attack, each weighted with how much its member believes in an attack at all. */
function categoriesOf({ content, flow, sequence, subject }: AssessmentInput): Assessment['categories'] {
  const weights = new Map<AttackCategory, number>();
  const add = (names: readonly AttackCategory[], probabilities: ArrayLike<number>, weight: number) => {
    for (const [i, name] of names.entries())
      weights.set(name, (weights.get(name) ?? 0) + weight * (probabilities[i] ?? 0));
  };
  const strongest = content?.[0];
  if (strongest) add(CONTENT_CATEGORIES, strongest.categories, strongest.score);
  // The payload is the better name for an attack that shows one: behaviour names what the content does not explain.
  const unexplained = 1 - (strongest?.score ?? 0);
  if (sequence) add(BEHAVIOUR_PATTERNS, sequence.patterns, unexplained * sequence.score);
  // The flow tower does not tell kinds apart: an unfinished request is the mark of a slow attack, finished ones of a flood.
  if (flow) add([subject === 'connection' ? 'slow-attack' : 'flood'], [1], unexplained * flow.score);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights]
    .map(([category, weight]) => ({ category, probability: total === 0 ? 0 : weight / total }))
    .filter(({ probability }) => probability >= LEAST_PROBABILITY)
    .sort((a, b) => b.probability - a.probability);
}

/** Names of the features and signals furthest from what training called normal. */
function unusualOf(
  { flow, sequence }: AssessmentInput,
  features: readonly NamedFeature[],
  signals: readonly NamedFeature[],
): string[] {
  const deviations = [
    ...features.map(({ name }, i) => ({ name, deviation: Math.abs(flow?.unusual[i] ?? 0) })),
    ...signals.map(({ name }, i) => ({
      name,
      deviation: Math.abs(sequence?.unusual[sequence.unusual.length - signals.length + i] ?? 0),
    })),
  ];
  return deviations
    .filter(({ name, deviation }) => deviation >= UNUSUAL_DEVIATIONS && !RESPONSE_SIGNALS.has(name))
    .sort((a, b) => b.deviation - a.deviation)
    .slice(0, MAX_UNUSUAL)
    .map(({ name }) => name);
}
