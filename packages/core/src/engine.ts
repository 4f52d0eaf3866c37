import { type AssessmentRules, assess, type Belief } from './assessment/assess.js';
import type { Assessment, Decision } from './assessment/assessment.js';
import { categoryOf } from './assessment/evidence.js';
import { reaches } from './assessment/level.js';
import { ContentReader } from './content/content-reader.js';
import type { ContentLimits } from './content/limits.js';
import { Deadline } from './deadline.js';
import { describeRequest } from './describe-request.js';
import type { Inspection, Row, Subject, SubjectEnd } from './inspection.js';
import { allKnown, type MaybePromise, whenKnown } from './maybe-promise.js';
import type { Members } from './model/members.js';
import type { ValueScore } from './model/score-content.js';
import type { SequenceScore } from './model/scores.js';
import type { ObservedResponse } from './observation/observation.js';
import { createRedactor, type Redactor } from './observation/redact.js';
import type { ResolvedOptions } from './options.js';
import { decide, decideOnFailure } from './policy/decide.js';
import { type Exemption, isExempt } from './policy/exemptions.js';
import type { Recorder } from './recorder.js';
import type { RouteSettings } from './route-settings.js';
import type { RuntimeSettings } from './runtime-settings.js';
import { type SignalRequest, signalsAtCompletion, signalsAtDecision } from './sequence/behaviour-signals.js';
import { type RouteShape, routeShape } from './sequence/route-shape.js';
import type { SequenceStore } from './sequence/sequence-store.js';
import { createStep, type Step, stepValues } from './sequence/step.js';
import { sequenceWindow } from './sequence/window.js';

/** Time for an inspection that nobody waits for, in ms. It only has to end. */
const UNHURRIED_MS = 1_000;

/** The parts that a row works with. */
export interface EngineParts {
  readonly members: Members;
  readonly sequences: SequenceStore;
  readonly recorder: Recorder;
  readonly settings: Pick<RuntimeSettings, 'thresholds' | 'exemptionsOf' | 'hasExemptions'>;
}

/** The whole row: observation → content, flow, sequence → models → assessment → decision; then the step into the sequence. */
export class Engine implements Row {
  readonly #options: ResolvedOptions;
  readonly #members: Members;
  readonly #sequences: SequenceStore;
  readonly #recorder: Recorder;
  readonly #settings: EngineParts['settings'];
  readonly #redactor: Redactor;
  readonly #readers = new WeakMap<ContentLimits, ContentReader>();

  constructor(options: ResolvedOptions, { members, sequences, recorder, settings }: EngineParts) {
    this.#options = options;
    this.#members = members;
    this.#sequences = sequences;
    this.#recorder = recorder;
    this.#settings = settings;
    this.#redactor = createRedactor(options.redact);
  }

  inspect(subject: Subject): MaybePromise<Inspection> {
    const loading = this.#members.settled;
    return loading === null ? this.#inspect(subject) : loading.then(() => this.#inspect(subject));
  }

  async complete(inspection: Inspection, end: SubjectEnd): Promise<void> {
    const { subject, shape, assessment, before } = inspection;
    const { at, method, tenant, client } = subject.observation;
    const request = { at, method, shape: loginShape(shape, end), contentScore: assessment.scores.content };
    const response = answeredAs(end, assessment.decision);
    let own: Step | null = null;
    for (const key of new Set([...subject.sequenceKeys, ...end.sequenceKeys])) {
      const signals = signalsAtCompletion(await this.#sequences.recent(key), request, response);
      const step = createStep({ at, flow: end.features, signals, route: shape.route, ids: shape.ids });
      await this.#sequences.append(key, step);
      if (reaches(assessment.level, 'medium')) this.#sequences.watch?.(key);
      own ??= step;
    }
    if (own === null) return;
    this.#recorder.step({
      subject: subject.kind,
      tenant,
      client,
      at,
      before,
      after: own.values,
      flow: end.features !== null,
      route: shape.route,
      ids: shape.ids,
    });
  }

  async judge(id: string, { subject, shape }: Inspection, sequenceKey: string): Promise<Assessment> {
    const { clock } = this.#options;
    const { observation, settings } = subject;
    const startedMs = clock.monotonicMs();
    const deadline = new Deadline(clock, UNHURRIED_MS);
    const recents = await this.#recentSteps([sequenceKey], deadline);
    const request = { at: observation.at, method: observation.method, shape, contentScore: null };
    const { signals, sequence } = await this.#strongest(recents ?? [[]], request, null, deadline);
    const client = { key: sequenceKey, address: '' };
    const belief = assess(
      {
        id,
        at: observation.at,
        subject: 'account',
        mode: 'monitor',
        tenant: observation.tenant,
        client,
        request: () => describeRequest(subject, shape, this.#redactor),
        content: null,
        flow: null,
        sequence,
        certain: this.#members.certain,
        features: null,
        signals,
        inspectedBytes: 0,
        binaryBytes: 0,
        truncated: [],
        unparsed: [],
        degraded: absentParts({ sequence, sequences: recents }),
        durationMs: clock.monotonicMs() - startedMs,
      },
      this.#rules(settings),
    );
    return decided(belief, this.#decide(belief, settings));
  }

  #inspect(subject: Subject): MaybePromise<Inspection> {
    const { clock } = this.#options;
    const { observation, features, settings, mode } = subject;
    const { timeMs } = settings.limits;
    const startedMs = clock.monotonicMs();
    const deadline = new Deadline(clock, mode === 'block' ? timeMs : Math.max(timeMs, UNHURRIED_MS));
    const content = this.#readerOf(settings.limits).read(observation, () => deadline.passed);
    const shape = routeShape(observation.method, observation.path, observation.query);
    const scoredParts = allKnown([
      this.#members.scoreContent(content.values, deadline),
      features && this.#members.scoreFlow(features, deadline),
      this.#recentSteps(subject.sequenceKeys, deadline),
    ]);
    return whenKnown(scoredParts, ([scored, flow, recents]) => {
      const values = scored && this.#withoutExempted(scored.scores, shape, subject);
      const contentScore = values?.[0]?.score ?? null;
      const request = { at: observation.at, method: observation.method, shape, contentScore };
      return whenKnown(this.#strongest(recents ?? [[]], request, features, deadline), (strongest) => {
        const { signals, before, sequence } = strongest;
        const belief = assess(
          {
            id: subject.id,
            at: observation.at,
            subject: subject.kind,
            mode,
            tenant: observation.tenant,
            client: observation.client,
            request: () => describeRequest(subject, shape, this.#redactor),
            content: values,
            flow,
            sequence,
            certain: this.#members.certain,
            features,
            signals,
            inspectedBytes: content.inspectedBytes,
            binaryBytes: content.binaryBytes,
            truncated: union(observation.marks.truncated, content.truncated, scored?.truncated),
            unparsed: union(observation.marks.unparsed, content.unparsed),
            degraded: absentParts({
              content: scored,
              flow: features === null ? 'not there' : flow,
              sequence,
              sequences: recents,
            }),
            durationMs: clock.monotonicMs() - startedMs,
          },
          this.#rules(settings),
        );
        return { subject, before, shape, assessment: decided(belief, this.#decide(belief, settings)) };
      });
    });
  }

  /** Each route's limits are one object for as long as the engine lives. */
  #readerOf(limits: ContentLimits): ContentReader {
    let reader = this.#readers.get(limits);
    if (reader === undefined) {
      reader = new ContentReader(limits);
      this.#readers.set(limits, reader);
    }
    return reader;
  }

  #rules({ thresholds }: RouteSettings): AssessmentRules {
    const { weights } = this.#options;
    return { weights, thresholds: thresholds ?? this.#settings.thresholds, redactor: this.#redactor };
  }

  #decide({ level, mode, scores, degraded }: Belief, { onFailure }: RouteSettings): Decision {
    const decision = decide(level, mode, this.#options.policy);
    if (degraded.length === 0) return decision;
    return decideOnFailure(mode, onFailure, scores.cnn === null && scores.bilstm === null ? null : decision);
  }

  /** Of the sequences that a request belongs to, the one that looks most like an attack; the first where none stands out. */
  #strongest(
    recents: readonly (readonly Step[])[],
    request: SignalRequest,
    features: Float32Array | null,
    deadline: Deadline,
  ): MaybePromise<JudgedSequence> {
    const judged = recents.map((recent): MaybePromise<JudgedSequence> => {
      const signals = signalsAtDecision(recent, request);
      const before = stepValues(features, signals);
      const score = this.#members.scoreSequence(sequenceWindow(recent, before), deadline);
      return whenKnown(score, (sequence) => ({ signals, before, sequence }));
    });
    return whenKnown(allKnown(judged), (all) => all.reduce(moreSuspicious));
  }

  /** The steps so far of each sequence; one empty for a client judged as new, null when the store could not say. */
  #recentSteps(keys: readonly string[], deadline: Deadline): MaybePromise<readonly (readonly Step[])[] | null> {
    if (keys.length === 0) return [[]];
    const unknown = (error: unknown): null => {
      this.#recorder.degraded('sequences', error);
      return null;
    };
    try {
      const recents = allKnown(keys.map((key) => this.#sequences.recent(key)));
      return recents instanceof Promise ? deadline.within(recents).catch(unknown) : recents;
    } catch (error) {
      return unknown(error);
    }
  }

  #withoutExempted(
    values: readonly ValueScore[],
    shape: RouteShape,
    { observation: { method, at, tenant }, settings }: Subject,
  ): readonly ValueScore[] {
    const { exempt } = this.#options;
    if (exempt.length === 0 && settings.exempt.length === 0 && !this.#settings.hasExemptions) return values;
    const route = `${method} ${shape.shape}`;
    const own = settings.exempt.map((exemption): Exemption => ({ ...exemption, route }));
    const exemptions = [...exempt, ...own, ...this.#settings.exemptionsOf(route)];
    if (exemptions.length === 0) return values;
    return values.filter(
      (found) => !isExempt(exemptions, { route, place: found.value.place, category: categoryOf(found), at, tenant }),
    );
  }
}

/** Not a copy, which would describe everything. */
function decided(belief: Belief, decision: Decision): Assessment {
  return Object.assign(belief, { decision, response: null });
}

/** A sequence with the request as its newest step, and what the BiLSTM says of it. */
interface JudgedSequence {
  /** `[12]` */
  readonly signals: Float32Array;
  /** `[64]` the step as the BiLSTM read it. */
  readonly before: Float32Array;
  readonly sequence: SequenceScore | null;
}

function moreSuspicious(best: JudgedSequence, one: JudgedSequence): JudgedSequence {
  return (one.sequence?.score ?? -1) > (best.sequence?.score ?? -1) ? one : best;
}

/** What the host calls a log-in is one, whatever its path says. */
function loginShape(shape: RouteShape, { login }: SubjectEnd): RouteShape {
  return login === null ? shape : { ...shape, isLogin: true };
}

/** The response as the sequence is to see it. */
function answeredAs({ response, login }: SubjectEnd, decision: Decision): ObservedResponse {
  // An answer of ours is an error that the client met, not a log-in that failed.
  if (decision.action === 'deny') return { ...response, status: 400 };
  // Log-in pages answer 200 to a wrong password and 302 to a right one; the host knows which it was.
  if (login === 'failed') return { ...response, status: 401 };
  if (login === 'succeeded' && response.status >= 400) return { ...response, status: 200 };
  return response;
}

/** Names of the parts that are null. */
function absentParts(parts: Readonly<Record<string, unknown>>): readonly string[] {
  let absent: string[] | null = null;
  for (const name in parts) {
    if (parts[name] !== null) continue;
    absent ??= [];
    absent.push(name);
  }
  return absent ?? NONE;
}

function union(...sets: readonly (ReadonlySet<string> | undefined)[]): readonly string[] {
  if (sets.every((set) => set === undefined || set.size === 0)) return NONE;
  return [...new Set(sets.flatMap((set) => (set === undefined ? [] : [...set])))];
}

/** Shared, because most requests have nothing of either. */
const NONE: readonly string[] = Object.freeze([]);
