import type {
  Alert,
  Assessment,
  AuditEntry,
  Ban,
  Counters,
  HourlyStatistics,
  Level,
  Mode,
  Page,
  Statistics,
} from '@api-security/core';

export type { Alert, Assessment, AuditEntry, Ban, HourlyStatistics, Level, Mode, Page, Statistics };

export type Right = 'read' | 'acknowledge' | 'label' | 'configure';

export interface Session {
  readonly actor: string;
  readonly tenant?: string | null;
  readonly can: readonly Right[];
  readonly csrfToken: string;
  readonly title: string;
}

export interface Thresholds {
  readonly medium: number;
  readonly high: number;
  readonly critical: number;
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'off';
  readonly mode: Mode;
  readonly thresholds: Thresholds;
  readonly models: readonly { readonly role: string; readonly version: string; readonly sha256: string }[];
  readonly counters: Counters;
  readonly instance: { readonly uptimeS: number; readonly rssBytes: number };
}

/** Scores of one request. */
export interface ScorePoint {
  readonly id: string;
  readonly at: number;
  readonly score: number;
  readonly level: Level;
  readonly category: string | null;
  readonly cnn: number | null;
  readonly content: number | null;
  readonly flow: number | null;
  readonly bilstm: number | null;
  readonly durationMs: number;
  readonly route: string;
  readonly clientKey: string;
  readonly rejected: boolean;
  readonly isCertain: boolean;
}

export interface Scores {
  /** By bins 0.001 wide, named by their lower edge. */
  readonly histogram: readonly { readonly score: number; readonly rejected: boolean; readonly count: number }[];
  readonly newest: readonly ScorePoint[];
}

export interface TopRoute {
  readonly route: string;
  readonly threats: number;
  readonly worst: number;
  readonly lastAt: number;
}

export interface TopClient {
  readonly key: string;
  readonly address: string;
  readonly threats: number;
  readonly worst: number;
  readonly lastAt: number;
  readonly categories: readonly string[];
}

export interface Top {
  readonly looked: number;
  readonly isAll: boolean;
  readonly routes: readonly TopRoute[];
  readonly clients: readonly TopClient[];
}

interface RelatedClient {
  readonly key: string;
  readonly address: string;
  readonly sharing: string;
  readonly threats: number;
  readonly lastAt: number;
}

export interface Client {
  readonly key: string;
  readonly address: string;
  readonly ban: Ban | null;
  /** Newest first. */
  readonly assessments: readonly Assessment[];
  /** Steps in its live sequence. */
  readonly held: number;
  readonly related: readonly RelatedClient[];
}

export interface ReliabilityBin {
  readonly predicted: number;
  readonly observed: number;
  readonly count: number;
}

export interface Model {
  readonly role: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly createdAt: string | null;
  readonly parameters: number | null;
  readonly metrics: unknown;
  readonly certain: number | null;
  readonly calibration: { readonly bins: readonly ReliabilityBin[] } | null;
  readonly dataSets: readonly { readonly name: string; readonly sha256?: string }[];
}

export interface SelfTest {
  readonly ok: boolean | null;
  readonly results: readonly {
    readonly role: string;
    readonly cases: number;
    readonly worst: number | null;
    readonly tolerance: number;
    readonly ok: boolean | null;
    readonly ms: number;
  }[];
}

export interface Exemption {
  readonly id: string;
  readonly route: string;
  readonly field?: string;
  readonly category?: string;
  readonly expiresAt?: number;
  readonly tenant?: string | null;
  readonly by: string;
  readonly at: number;
  readonly note: string;
}

export interface Settings {
  readonly mode: Mode;
  readonly thresholds: Thresholds;
  /** What the app's own options say. */
  readonly usual: { readonly mode: Mode; readonly thresholds: Thresholds };
  readonly version: number;
  readonly at: number | null;
  readonly by: string | null;
  readonly exemptions: readonly Exemption[];
}

export interface ExemptionPreview {
  readonly looked: number;
  readonly isAll: boolean;
  readonly matched: number;
  readonly letThrough: number;
  readonly examples: readonly Assessment[];
}

export interface WhatIf {
  readonly looked: number;
  readonly isAll: boolean;
  readonly from: number;
  readonly before: { readonly levels: Readonly<Record<Level, number>>; readonly rejectable: number };
  readonly after: { readonly levels: Readonly<Record<Level, number>>; readonly rejectable: number };
  readonly changes: readonly { readonly from: Level; readonly to: Level; readonly count: number }[];
  readonly examples: readonly Assessment[];
}

/** What the server says went wrong: a problem of RFC 9457. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The address of an end point, whatever path the page is mounted under. */
export function addressOf(path: string, parameters: Parameters = {}): string {
  const url = new URL(`api/${path}`, document.baseURI.replace(/#.*$/, ''));
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  return url.href;
}

export async function ask<Answer>(path: string, parameters: Parameters = {}): Promise<Answer> {
  return answerOf(await fetch(addressOf(path, parameters), { headers: { accept: 'application/json' } }));
}

/** Changes something, or has something worked out from a body. */
export async function send<Answer>(
  { csrfToken }: Session,
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  parameters: Parameters = {},
): Promise<Answer> {
  const response = await fetch(addressOf(path, parameters), {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return answerOf(response);
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return (await response.json()) as Answer;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
  const detail = problem.detail ?? problem.title ?? response.statusText;
  throw new ApiProblem(response.status, problem.code ?? 'API_SECURITY_INTERNAL', detail);
}
