import { ApiSecurityError, type AuditEntry } from '@api-security/core';
import { checkId } from './assessment-row.js';
import { parseExact, stringifyExact } from './exact-json.js';
import { escapeText, isTooLong, tenantText, unescapeText } from './stored-text.js';

/** One audit entry, as Postgres has it. */
export interface AuditRow {
  readonly id: string;
  readonly at: number;
  readonly tenant: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly body: string;
}

/** What a body holds beside the columns. */
interface Body {
  readonly detail: AuditEntry['detail'];
  /** One that is cut in its column. */
  readonly tenant?: string;
}

/** @throws `API_SECURITY_STORE_INPUT_INVALID` for an id that is not a UUID, or a time that is not a number */
export function toAuditRow({ id, at, tenant, actor, action, subject, detail }: AuditEntry): AuditRow {
  checkId(id);
  if (!Number.isFinite(at)) {
    throw new ApiSecurityError('API_SECURITY_STORE_INPUT_INVALID', `at of an audit entry must be a number, got ${at}.`);
  }
  const body: Body = { detail, ...(tenant !== null && isTooLong(`=${tenant}`) && { tenant }) };
  return {
    id,
    at,
    tenant: tenantText(tenant),
    actor: escapeText(actor),
    action: escapeText(action),
    subject: escapeText(subject),
    body: stringifyExact(body),
  };
}

export function fromAuditRow(row: AuditRow): AuditEntry {
  const body = parseExact(row.body) as Body;
  const tenant = row.tenant === '' ? null : unescapeText(row.tenant).slice(1);
  return {
    id: row.id,
    at: Number(row.at),
    tenant: body.tenant ?? tenant,
    actor: unescapeText(row.actor),
    action: unescapeText(row.action),
    subject: unescapeText(row.subject),
    detail: body.detail,
  };
}
