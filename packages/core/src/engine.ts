import { type AssessmentRules, assess, type Belief } from './assessment/assess.js';
import type { Decision } from './assessment/assessment.js';
import { categoryOf } from './assessment/evidence.js';
import { reaches } from './assessment/level.js';
import { readContent } from './content/content.js';
import { Deadline } from './deadline.js';
import { describeSubject } from './describe-subject.js';
import type { Inspection, Row, Subject, SubjectEnd } from './inspection.js';
import type { Members } from './model/members.js';
import type { ValueScore } from './model/score-content.js';
import type { Observation } from './observation/observation.js';
import { createRedactor } from './observation/redact.js';
import type { ResolvedOptions } from './options.js';
import { decide, decideOnFailure } from './policy/decide.js';
import { isExempt } from './policy/exemptions.js';
import type { Recorder } from './recorder.js';
import { signalsAtCompletion, signalsAtDecision } from './sequence/behaviour-signals.js';
import { type RouteShape, routeShape } from './sequence/route-shape.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import { createStep, type Step, stepValues } from './sequence/step.js';
import { sequenceWindow } from './sequence/window.js';

/** Time for an inspection that nobody waits for, in ms. It only has to end. */
const UNHURRIED_MS = 1_000;

/** The whole row: observation → content, flow, sequence → models → assessment → decision; then the step into the sequence. */
export class Engine implements Row {
  readonly #options: ResolvedOptions;
  readonly #members: Members;
  readonly #sequences: SequenceStore;
  readonly #recorder: Recorder;
  readonly #rules: AssessmentRules;

  constructor(options: ResolvedOptions, members: Members, sequences: SequenceStore, recorder: Recorder) {
    this.#options = options;
    this.#members = members;
    this.#sequences = sequences;
    this.#recorder = recorder;
    const { weights, thresholds, redact } = options;
    this.#rules = { weights, thresholds, redactor: createRedactor(redact) };
  }

  async inspect(subject: Subject): Promise<Inspection> {
    const { clock, limits } = this.#options;
    const { redactor } = this.#rules;
    const { observation, features } = subject;
    await this.#members.settled();
    const startedMs = clock.monotonicMs();
    const deadline = new Deadline(
      clock,
      subject.mode === 'block' ? limits.timeMs : Math.max(limits.timeMs, UNHURRIED_MS),
    );

    const content = readContent(observation, limits);
    const shape = routeShape(observation.method, observation.path, observation.query);
    const [scored, flow, recent] = await Promise.all([
      this.#members.scoreContent(content.values, deadline),
      features && this.#members.scoreFlow(features, deadline),
      this.#recentSteps(subject, deadline),
    ]);
    const values = scored && this.#withoutExempted(scored.scores, shape, observation);
    const signals = signalsAtDecision(recent ?? [], {
      at: observation.at,
      method: observation.method,
      shape,
      contentScore: values?.[0]?.score ?? null,
    });
    const before = stepValues(features, signals);
    const sequence = await this.#members.scoreSequence(sequenceWindow(recent ?? [], before), deadline);

    const belief = assess(
      {
        ...describeSubject(subject, shape, redactor),
        content: values,
        flow,
        sequence,
        certain: this.#members.certain,
        features,
        signals,
        inspectedBytes: content.inspectedBytes,
        truncated: union(observation.marks.truncated, content.truncated, scored?.truncated),
        unparsed: union(observation.marks.unparsed, content.unparsed),
        degraded: absentParts({
          content: scored,
          flow: features === null ? 'not there' : flow,
          sequence,
          sequences: recent,
        }),
        durationMs: clock.monotonicMs() - startedMs,
      },
      this.#rules,
    );
    const decision = this.#decide(belief);
    return { subject, before, shape, assessment: { ...belief, decision, response: null } };
  }

  async complete(
    { subject, shape, assessment, before }: Inspection,
    { response, features }: SubjectEnd,
  ): Promise<void> {
    const { sequenceKey, kind } = subject;
    if (sequenceKey === null) return;
    const { at, method, tenant, client } = subject.observation;
    const signals = signalsAtCompletion(
      await this.#sequences.recent(sequenceKey),
      { at, method, shape, contentScore: assessment.scores.content },
      // An answer of ours is an error that the client met, not a log-in that failed.
      assessment.decision.action === 'deny' ? { ...response, status: 400 } : response,
    );
    const { route, ids } = shape;
    const step = createStep({ at, flow: features, signals, route, ids });
    await this.#sequences.append(sequenceKey, step);
    if (reaches(assessment.level, 'medium')) this.#sequences.watch?.(sequenceKey);
    this.#recorder.step({
      subject: kind,
      tenant,
      client,
      at,
      before,
      after: step.values,
      flow: features !== null,
      route,
      ids,
    });
  }

  #decide({ level, mode, scores, degraded }: Belief): Decision {
    const { policy, onFailure } = this.#options;
    const decision = decide(level, mode, policy);
    if (degraded.length === 0) return decision;
    return decideOnFailure(mode, onFailure, scores.cnn === null && scores.bilstm === null ? null : decision);
  }

  /** The client's steps so far; none for a client judged as new, null when the store could not say. */
  async #recentSteps({ sequenceKey }: Subject, deadline: Deadline): Promise<readonly Step[] | null> {
    if (sequenceKey === null) return [];
    try {
      return await deadline.within(Promise.resolve(this.#sequences.recent(sequenceKey)));
    } catch (error) {
      this.#recorder.degraded('sequences', error);
      return null;
    }
  }

  #withoutExempted(
    values: readonly ValueScore[],
    shape: RouteShape,
    { method, at }: Observation,
  ): readonly ValueScore[] {
    const { exempt } = this.#options;
    if (exempt.length === 0) return values;
    const route = `${method} ${shape.shape}`;
    return values.filter(
      (found) => !isExempt(exempt, { route, place: found.value.place, category: categoryOf(found), at }),
    );
  }
}

/** Names of the parts that are null. */
function absentParts(parts: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(parts).filter((name) => parts[name] === null);
}

function union(...sets: readonly (ReadonlySet<string> | undefined)[]): string[] {
  return [...new Set(sets.flatMap((set) => (set === undefined ? [] : [...set])))];
}
