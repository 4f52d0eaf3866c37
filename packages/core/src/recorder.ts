import type { Alert } from './alert/alert.js';
import type { Assessment } from './assessment/assessment.js';
import { reaches } from './assessment/level.js';
import { AlertGroups } from './coordination/alert-groups.js';
import type { Ban } from './coordination/ban.js';
import type { Coordination, News } from './coordination/coordination.js';
import { type Counters, createCounters } from './counters.js';
import { createEmitter, type Emitter } from './emitter.js';
import type { RecordedStep } from './events.js';
import type { ResolvedOptions } from './options.js';
import type { Bans } from './policy/bans.js';
import { Notices } from './rate-limited-notice.js';
import type { Settings } from './settings.js';
import type { Store } from './store/store.js';
import { StoreWriter } from './store/store-writer.js';

/** The parts that a recorder works with. */
export interface RecorderParts {
  readonly store: Store;
  readonly coordination: Coordination;
  readonly bans: Bans;
}

/** The right end of the row: what becomes of assessments. Counters, events, alerts, the log, and the queue before the store. */
export class Recorder {
  readonly counters: Counters = createCounters();
  readonly emitter: Emitter;
  readonly #options: ResolvedOptions;
  readonly #notices: Notices;
  readonly #coordination: Coordination;
  readonly #groups: AlertGroups;
  readonly #bans: Bans;
  readonly #silence: () => void;
  readonly #writer: StoreWriter;
  readonly #joining = new Set<Promise<void>>();

  constructor(options: ResolvedOptions, { store, coordination, bans }: RecorderParts) {
    const { clock, logger } = options;
    this.#options = options;
    this.#coordination = coordination;
    this.#bans = bans;
    this.emitter = createEmitter(logger, clock);
    this.#notices = new Notices(clock);
    this.#groups = new AlertGroups({ clock, coordination });
    this.#silence = coordination.subscribe((news) => this.#heard(news));
    this.#writer = new StoreWriter({
      store,
      onDropped: (kind, count) => this.#dropped(kind, count),
      onError: (error) => this.degraded('store', error),
    });
  }

  /** Something was just assessed: count it, and alert. Called before the response where there is time. */
  assessed(assessment: Assessment): void {
    const { counters } = this;
    const { scores } = assessment;
    counters.levels[assessment.level] += 1;
    if (assessment.truncated.length > 0) counters.truncated += 1;
    if (assessment.unparsed.length > 0) counters.unparsed += 1;
    if (assessment.binaryBytes > 0) counters.binary += 1;
    for (const part of assessment.degraded) counters.degraded[part] = (counters.degraded[part] ?? 0) + 1;
    if (assessment.subject === 'connection') counters.connections += 1;
    else if (assessment.subject === 'account') counters.accounts += 1;
    else if (scores.cnn === null && scores.bilstm === null) counters.unscored += 1;
    else counters.scored += 1;
    if (reaches(assessment.level, this.#options.policy.alertLevel)) this.#alert(assessment);
  }

  /** More of a request was seen than when it was assessed, and it moved up a level. */
  reassessed(before: Assessment, now: Assessment): void {
    const { alertLevel } = this.#options.policy;
    this.counters.levels[before.level] -= 1;
    this.counters.levels[now.level] += 1;
    if (reaches(now.level, alertLevel) && !reaches(before.level, alertLevel)) this.#alert(now);
  }

  /** A request was answered by us. */
  rejected(assessment: Assessment): void {
    this.counters.rejected += 1;
    this.emitter.emit('rejected', assessment);
    this.#bans.rejected(assessment).then(this.#tellBan, this.#tellFailure);
  }

  /** Somebody could not log in. In `block` mode that may be enough for a ban. */
  loginFailed(assessment: Assessment): void {
    if (assessment.mode === 'block') this.#bans.loginFailed(assessment).then(this.#tellBan, this.#tellFailure);
  }

  /** A request's response has ended, or a connection was scored: the assessment is complete. */
  finished(assessment: Assessment): void {
    this.#writer.add(assessment);
    this.emitter.emit('assessment', assessment);
  }

  /** A client's sequence grew. */
  step(step: RecordedStep): void {
    this.emitter.emit('step', step);
  }

  /** The settings that people change at run time are others now. */
  settingsChanged(settings: Settings): void {
    const { version, by, mode, thresholds, exemptions } = settings;
    this.#options.logger.info({ version, by, mode, thresholds, exemptions: exemptions.length }, 'settings changed');
    this.emitter.emit('settings', settings);
  }

  /** A part of the inspection did not work. The assessment that misses it counts it; here it is told, once a minute. */
  degraded(part: string, reason: unknown): void {
    const suppressed = this.#notices.due(`degraded ${part}`);
    if (suppressed === null) return;
    const text = reason instanceof Error ? reason.message : String(reason);
    this.#options.logger.warn({ part, reason: text, suppressed }, 'inspection degraded');
    this.emitter.emit('degraded', { part, reason: text });
  }

  /** An error of ours that must not reach the host. */
  failed(error: unknown): void {
    this.counters.errors += 1;
    this.emitter.emit('error', error instanceof Error ? error : new Error(String(error)));
  }

  /** Writes what is queued, for at most a second. */
  async close(): Promise<void> {
    this.#silence();
    // Alerts that are being joined with those of other instances are written too.
    await Promise.all(this.#joining);
    await this.#writer.close();
  }

  #alert(assessment: Assessment): void {
    this.counters.alerts += 1;
    const alert = this.#groups.record(assessment);
    if (!(alert instanceof Promise)) {
      this.#alerted(assessment, alert);
      return;
    }
    const joining = alert
      .then((joined) => this.#alerted(assessment, joined))
      .catch(this.#tellFailure)
      .finally(() => this.#joining.delete(joining));
    this.#joining.add(joining);
  }

  #alerted(assessment: Assessment, alert: Alert): void {
    this.#writer.addAlert(alert);
    // One line when it begins and one each time it grows tenfold: an attacker must not be able to flood the log.
    if (Number.isInteger(Math.log10(alert.count)))
      this.#options.logger.warn(summaryOf(assessment, alert.count), 'alert');
    this.emitter.emit('alert', alert);
    this.#coordination.publish({ event: 'alert', payload: alert });
  }

  #heard(news: News): void {
    this.counters.news += 1;
    this.emitter.emit('news', news);
  }

  readonly #tellBan = (ban: Ban | null): void => {
    if (ban === null) return;
    const { clientKey: client, tenant, until, reason, by } = ban;
    this.#options.logger.warn({ client, tenant, until: new Date(until).toISOString(), reason, by }, 'client banned');
    this.emitter.emit('banned', ban);
  };

  readonly #tellFailure = (error: unknown): void => this.failed(error);

  #dropped(kind: string, count: number): void {
    this.counters.dropped += count;
    const suppressed = this.#notices.due(`dropped ${kind}`);
    if (suppressed === null) return;
    this.#options.logger.warn({ kind, count, suppressed }, 'dropped instead of stored');
    this.emitter.emit('dropped', { kind, count });
  }
}

/** What a log line says of an alert. */
function summaryOf(assessment: Assessment, count: number): object {
  const { id, level, score, scores, category, client, request, evidence, decision, recommendation } = assessment;
  const [strongest] = evidence;
  return {
    id,
    level,
    score: round(score),
    cnn: round(scores.cnn),
    bilstm: round(scores.bilstm),
    category,
    client: client.key,
    request: `${request.method} ${request.path}`.slice(0, 256),
    place: strongest?.place,
    found: strongest?.decoded,
    action: decision.action,
    count,
    recommendation,
  };
}

function round(score: number | null): number | null {
  return score === null ? null : Math.round(score * 1000) / 1000;
}
