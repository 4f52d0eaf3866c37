import { type ApiSecurity, type Assessment, type AuditEntry, STEP_WIDTH, sequenceKeyOf } from '@api-security/core';
import { alertOf, assessmentOf, auditOf, sampleId } from '@api-security/core/testing';
import { HOSTILE_TEXTS } from './hostile-texts.js';

/** Stands in every text of tenant b, and in no other. */
export const MARK_OF_B = 'of-b-alone';
const DAY_MS = 24 * 3_600_000;

/** What belongs to a tenant, by what names it. */
export interface Belongings {
  readonly tenant: string | null;
  readonly clients: readonly string[];
  readonly alerts: readonly string[];
  readonly bans: readonly string[];
  readonly exemptions: readonly string[];
}

/** Rows, alerts, bans, exemptions and audit entries of two tenants and of none, with the texts that are hardest to carry. */
export async function fillTenants(security: ApiSecurity): Promise<Readonly<Record<'a' | 'b' | 'none', Belongings>>> {
  const [a, b, none] = [
    await filled(security, 'a', 0),
    await filled(security, 'b', 1),
    await filled(security, null, 2),
  ];
  return { a, b, none };
}

/** What a tenant has, to be compared with what it had. */
export async function stateOf({ store, bans, settings, sequences }: ApiSecurity, tenant: string | null) {
  const query = { tenant, limit: 200 };
  const logs = await store.logs(query);
  return {
    logs: logs.items,
    alerts: [await store.alerts(query), await store.alerts({ ...query, acknowledged: true })],
    audits: (await store.audits(query)).items,
    bans: await bans.list(tenant),
    exemptions: settings.current.exemptions.filter((exemption) => (exemption.tenant ?? null) === tenant),
    sequences: await Promise.all(
      logs.items.map(async ({ client }) => (await sequences.recent(sequenceKeyOf(tenant, client.key))).length),
    ),
  };
}

async function filled(security: ApiSecurity, tenant: string | null, order: number): Promise<Belongings> {
  const mark = tenant === 'b' ? MARK_OF_B : `of ${tenant}`;
  const rows = HOSTILE_TEXTS.map((text, i) => rowOf(tenant, `${mark} ${text}`, Date.now() - 60_000 * i - order, i));
  const [newest] = rows as [Assessment, ...Assessment[]];
  const alerts = rows.map((assessment, i) => alertOf({ assessment, id: sampleId(assessment.at, 100 + i) }));
  await security.store.append({ assessments: rows, alerts });
  for (const { at, client } of rows) await security.store.audit(entryOf(tenant, mark, at, client.key));
  const clients = rows.map(({ client }) => client.key);
  for (const clientKey of clients) {
    await security.bans.ban({ tenant, clientKey, forMs: DAY_MS, reason: clientKey, by: mark });
    const step = { at: newest.at, values: new Float32Array(STEP_WIDTH), route: 1, ids: 1 };
    await security.sequences.append(sequenceKeyOf(tenant, clientKey), step);
  }
  const exemptions: string[] = [];
  for (const { client } of rows) {
    const request = { route: `GET /${mark}`, field: client.key, expiresAt: Date.now() + DAY_MS, tenant, note: mark };
    exemptions.push((await security.settings.exempt(request, mark)).id);
  }
  return { tenant, clients, alerts: alerts.map(({ id }) => id), bans: clients, exemptions };
}

function rowOf(tenant: string | null, text: string, at: number, i: number): Assessment {
  const plain = assessmentOf();
  const level = (['critical', 'high', 'medium', 'low'] as const)[i % 4] ?? 'low';
  return {
    ...plain,
    id: sampleId(at, i),
    at,
    tenant,
    level,
    score: { critical: 0.94, high: 0.75, medium: 0.5, low: 0.1 }[level],
    category: i % 3 === 0 ? null : 'sqli',
    client: { key: text, address: '192.0.2.7' },
    request: { ...plain.request, route: `/${text}`, path: text, userAgent: text, headers: [['host', text]] },
    evidence: plain.evidence.map((one) => ({ ...one, place: text, excerpt: text, decoded: text })),
    response: i % 2 === 0 ? null : plain.response,
  };
}

function entryOf(tenant: string | null, mark: string, at: number, subject: string): AuditEntry {
  const detail = { before: null, after: { [subject]: subject }, note: subject };
  return auditOf({ id: sampleId(at, 200), at, tenant, actor: mark, action: 'ban', subject, detail });
}
