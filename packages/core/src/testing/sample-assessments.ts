import type { Alert } from '../alert/alert.js';
import type { Assessment } from '../assessment/assessment.js';
import type { AuditEntry } from '../store/store.js';

/** Wall time of the samples that do not name one: 2026-01-01T00:00:00Z. */
const SAMPLE_AT = Date.UTC(2026, 0, 1);

/**
 * A UUIDv7 that follows from its arguments alone.
 *
 * @param at - wall time in ms since the epoch
 * @param number - tells ids of one millisecond apart, and orders them; 0 to 4095
 */
export function sampleId(at: number, number = 0): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${number.toString(16).padStart(3, '0')}-8000-000000000000`;
}

/** A complete assessment of an SQL injection, with whatever is given in its place. Its id follows from `at`. */
export function assessmentOf(partial: Partial<Assessment> = {}): Assessment {
  const at = partial.at ?? SAMPLE_AT;
  return {
    id: sampleId(at),
    at,
    subject: 'request',
    mode: 'monitor',
    tenant: null,
    client: { key: '192.0.2.7', address: '192.0.2.7' },
    request: {
      method: 'GET',
      route: '/users/{id}',
      path: '/users/7?sort=name%27%20OR%201=1--',
      headers: [
        ['host', 'api.example'],
        ['accept', '*/*'],
        ['accept', 'application/json'],
      ],
      userAgent: 'curl/8.5.0',
    },
    score: 0.94,
    level: 'critical',
    scores: { cnn: 0.97, content: 0.97, flow: null, bilstm: 0.21 },
    category: 'sqli',
    categories: [
      { category: 'sqli', probability: 0.9 },
      { category: 'other', probability: 0.1 },
    ],
    evidence: [
      {
        place: 'query.sort',
        excerpt: 'name%27%20OR%201=1--',
        decoded: "name' OR 1=1--",
        chain: ['percent'],
        category: 'sqli',
        score: 0.97,
        from: 4,
        to: 14,
      },
    ],
    features: [{ name: 'Flow Duration', value: 1250.5, unit: 'µs', observed: true }],
    signals: [{ name: 'gapMs', value: 0, unit: 'ms', observed: true }],
    unusual: ['contentScore'],
    recommendation: 'Use bound parameters in the query behind this route.',
    decision: { action: 'flag', reason: 'monitor' },
    inspectedBytes: 21,
    binaryBytes: 0,
    truncated: [],
    unparsed: [],
    degraded: [],
    durationMs: 1.75,
    response: { status: 200, bytes: 512, durationMs: 12.5 },
    ...partial,
  };
}

/** A new alert about {@link assessmentOf} or the assessment given, with whatever is given in its place. Its id follows from `firstAt`. */
export function alertOf(partial: Partial<Alert> = {}): Alert {
  const assessment = partial.assessment ?? assessmentOf();
  const firstAt = partial.firstAt ?? assessment.at;
  return {
    id: sampleId(firstAt),
    assessment,
    count: 1,
    firstAt,
    lastAt: firstAt,
    acknowledged: null,
    ...partial,
  };
}

/** Somebody's note of an alert in the audit log, with whatever is given in its place. Its id follows from `at`. */
export function auditOf(partial: Partial<AuditEntry> = {}): AuditEntry {
  const at = partial.at ?? SAMPLE_AT;
  return {
    id: sampleId(at),
    at,
    tenant: null,
    actor: 'ada',
    action: 'acknowledge',
    subject: sampleId(SAMPLE_AT),
    detail: { before: null, now: { note: 'the scanner of the audit' } },
    ...partial,
  };
}
