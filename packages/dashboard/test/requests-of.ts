import fc from 'fast-check';
import type { OpenApi, Operation, Parameter } from './openapi-document.js';
import type { WireRequest } from './socket-client.js';
import type { Belongings } from './two-tenants.js';
import { type KnownValues, namedValuesOf, valuesOf } from './values-of.js';

/** A request before it is put together. */
export interface Draft {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Undefined where the operation takes none. */
  readonly body: unknown;
}

const HOUR_MS = 3_600_000;
/** Longest path and query: Node refuses a head of more than 16 KiB before anybody sees it. */
const MAX_TARGET = 15_000;

/** What requests name that are about the belongings of tenants. */
export function knownOf(belongings: readonly Belongings[]): KnownValues {
  const clients = belongings.flatMap((one) => one.clients);
  const alerts = belongings.flatMap((one) => one.alerts);
  const now = Date.now();
  return {
    some: {
      tenant: belongings.map(({ tenant }) => tenant).filter((tenant) => tenant !== null),
      client: clients,
      key: clients,
      clientKey: clients,
      field: clients,
      id: [...alerts, ...belongings.flatMap(({ exemptions }) => exemptions)],
      ids: [alerts.slice(0, 2), alerts],
      alertId: alerts,
      from: [0, now - HOUR_MS, new Date(now - HOUR_MS).toISOString()],
      to: [now + HOUR_MS, new Date(now + HOUR_MS).toISOString()],
    },
    only: {
      // 16 bytes of an id.
      cursor: [Buffer.alloc(16, 0xff).toString('base64url'), Buffer.alloc(16).toString('base64url')],
      expiresAt: [now + HOUR_MS, now + 300 * 24 * HOUR_MS],
      thresholds: [{ medium: 0.1, high: 0.2, critical: 0.3 }, { medium: 1e-9, high: 0.5, critical: 1 }, null],
      medium: [0.1, 1e-9],
      high: [0.2, 0.5],
      critical: [0.7, 1],
      method: ['GET', 'patch', 'M-SEARCH', '\ud800'],
      url: ['/', '*', "/users/7?sort=name' OR 1=1--", 'https://api.example/%zz', `/\u0000\ud800${'ä'.repeat(60_000)}`],
      address: ['', '192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1'],
    },
  };
}

/** Requests that an operation says it takes. */
export function draftsOf(operation: Operation, document: OpenApi, known: KnownValues): fc.Arbitrary<Draft> {
  const given = (place: Parameter['in']): fc.Arbitrary<Record<string, unknown>> => {
    const parameters = operation.parameters.filter((one) => one.in === place);
    return fc.record(
      Object.fromEntries(parameters.map(({ name, schema }) => [name, namedValuesOf(name, schema, document, known)])),
      { requiredKeys: parameters.filter(({ required }) => required === true).map(({ name }) => name) },
    );
  };
  const body = operation.body === null ? fc.constant(undefined) : valuesOf(operation.body, document, known);
  const drafts = fc
    .record({ path: given('path'), query: given('query'), body })
    .filter((draft) => wireOf(operation, draft).path.length <= MAX_TARGET);
  if (operation.name !== 'POST /api/settings') return drafts;
  // One of two, which the schema cannot say.
  return drafts.filter((draft) => ['mode', 'thresholds'].some((name) => Object.hasOwn(Object(draft.body), name)));
}

export function wireOf({ method, path }: Operation, draft: Draft): WireRequest {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => escaped(draft.path[name]));
  const query = Object.entries(draft.query).map(([name, value]) => `${name}=${escaped(value)}`);
  return {
    method,
    path: query.length === 0 ? filled : `${filled}?${query.join('&')}`,
    ...(draft.body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(draft.body),
    }),
  };
}

function escaped(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}
