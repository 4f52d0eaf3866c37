import type { News } from '@api-security/core';
import { asBan } from './ban-codec.js';

/** Of the messages; others are ignored. */
const VERSION = 1;
/** A message that is longer is none of ours, in characters. Alerts are about 10,000. */
const MAX_CHARS = 1_000_000;
const EVENTS: ReadonlySet<unknown> = new Set([
  'alert',
  'acknowledged',
  'banned',
  'unbanned',
  'settings',
] satisfies News['event'][]);

/** News as a message. JSON escapes lone surrogates, so that they survive UTF-8. */
export function encodeNews(from: string, { event, payload }: News): string {
  return JSON.stringify({ version: VERSION, from, event, payload });
}

/** @returns null for what {@link encodeNews} did not write */
export function decodeNews(message: string): { readonly from: string; readonly news: News } | null {
  if (message.length > MAX_CHARS) return null;
  try {
    const { version, from, event, payload } = Object(JSON.parse(message)) as Record<string, unknown>;
    const isAboutBan = event === 'banned' || event === 'unbanned';
    const isPayload = isAboutBan
      ? asBan(payload) !== null
      : event === 'settings'
        ? isSettingsNews(payload)
        : Object(payload) === payload;
    const isNews = version === VERSION && typeof from === 'string' && EVENTS.has(event) && isPayload;
    return isNews ? { from, news: { event, payload } as News } : null;
  } catch {
    return null;
  }
}

function isSettingsNews(payload: unknown): boolean {
  const { tenant, version, at, by } = Object(payload) as Record<string, unknown>;
  return tenant === null && Number.isInteger(version) && Number.isFinite(at) && typeof by === 'string';
}
