import { type Alert, ApiSecurityError } from '@api-security/core';
import { type AssessmentRow, checkId, fromAssessmentRow, toAssessmentRow } from './assessment-row.js';
import { parseExact, stringifyExact } from './exact-json.js';
import type { FeatureSchemas } from './feature-schemas.js';
import { escapeText, unescapeText } from './stored-text.js';

/** One alert, as Postgres has it. */
export interface AlertRow {
  readonly id: string;
  readonly tenant: string;
  readonly client_key: string;
  readonly address: string;
  readonly level: string;
  readonly category: string | null;
  readonly score: number;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly acknowledged_at: number | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_note: string | null;
  /** JSON of what its assessment has as a row of the log and not here. */
  readonly assessment: string;
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` for an id that is not a UUID, or times and counts that are not numbers */
export function toAlertRow(alert: Alert, schemas: FeatureSchemas): AlertRow {
  checkId(alert.id);
  if (![alert.count, alert.firstAt, alert.lastAt].every(Number.isFinite)) {
    throw new ApiSecurityError(
      'API_SECURITY_STORE_INPUT_INVALID',
      'count, firstAt and lastAt of an alert must be numbers.',
    );
  }
  const { tenant, client_key, address, level, category, score, search, ...rest } = toAssessmentRow(
    alert.assessment,
    schemas,
  );
  return {
    id: alert.id,
    tenant,
    client_key,
    address,
    level,
    category,
    score,
    count: alert.count,
    first_at: alert.firstAt,
    last_at: alert.lastAt,
    acknowledged_at: alert.acknowledged?.at ?? null,
    acknowledged_by: alert.acknowledged === null ? null : escapeText(alert.acknowledged.by),
    acknowledged_note: alert.acknowledged === null ? null : escapeText(alert.acknowledged.note),
    assessment: stringifyExact(rest),
  };
}

/** @throws `API_SECURITY_STORE_FAILED` where its feature schema is not known */
export function fromAlertRow(row: AlertRow, schemas: FeatureSchemas): Alert {
  const rest = parseExact(row.assessment) as Omit<AssessmentRow, keyof AlertRow | 'search'>;
  return {
    id: row.id,
    assessment: fromAssessmentRow({ search: '', ...row, ...rest }, schemas),
    count: Number(row.count),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
    acknowledged:
      row.acknowledged_at === null
        ? null
        : {
            at: Number(row.acknowledged_at),
            by: unescapeText(row.acknowledged_by ?? ''),
            note: unescapeText(row.acknowledged_note ?? ''),
          },
  };
}
