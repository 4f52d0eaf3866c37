import { base64Runs, percentViews } from './encoded-views.js';
import { LineMemory } from './line-memory.js';
import { namedSecrets } from './named-secrets.js';
import type { HeaderEntry } from './observation.js';
import { createSecretNames, remembered, type SecretNames } from './secret-names.js';
import { secretValues } from './secret-values.js';
import { replaceSpans, type Span } from './span.js';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Base64 within base64 that is looked into. */
const MAX_BASE64_DEPTH = 2;
/** Characters of header lines that are remembered. */
const MAX_LINES_CHARS = 250_000;
/** A key as evidence is its name and the beginning of its value: at most this much of it. */
const MAX_KEY_SHAPE = 8;
/** In a name with a path: `user[pin]`, `items[0].token`, `authorization~jwt.sub`. */
const BETWEEN_SEGMENTS = /[.[\]~]/;

/**
 * Takes secrets out of what leaves a request: by the name they stand under, at any depth, and by what they are (tokens,
 * keys, card numbers, credentials in URLs), also percent-encoded and in base64. What is not secret stays readable.
 * Linear; never throws: what cannot be redacted is dropped whole.
 */
export interface Redactor {
  headers(entries: readonly HeaderEntry[]): readonly HeaderEntry[];
  /** A URL, or path and query. */
  url(url: string): string;
  /**
   * One value, whole: cut it afterwards, never before, or a half of a secret would pass.
   * @param place - where it stood, e.g. `body.user.password`; names in it count
   */
  text(value: string, place: string): string;
}

/** @param options - `names`: headers, parameters and fields that are secret beside the built-in ones; case and separators make no difference */
export function createRedactor({ names: configured = [] }: { readonly names?: readonly string[] } = {}): Redactor {
  const names = createSecretNames(configured);
  const isSecretParameter = remembered((name) => hasSecretSegment(fullyDecoded(name), names));
  const lines = new LineMemory<HeaderEntry>(MAX_LINES_CHARS);
  const redactedEntry = (name: string, value: string): HeaderEntry => {
    if (names.header(name)) return [name, REDACTED];
    let entry = lines.get(name, value);
    if (entry === undefined) {
      // Of many requests at once.
      entry = Object.freeze<HeaderEntry>([name, withoutSecrets(value, names)]);
      lines.set(name, value, entry);
    }
    return entry;
  };
  return {
    headers: (entries) => entries.map(([name, value]) => orDropped(() => redactedEntry(name, value), [name, REDACTED])),
    url: (url) => orDropped(() => redactedUrl(url, names, isSecretParameter), REDACTED),
    text: (value, place) =>
      orDropped(() => (isSecretPlace(place, value, names) ? REDACTED : withoutSecrets(value, names)), REDACTED),
  };
}

function orDropped<Redacted>(redact: () => Redacted, dropped: Redacted): Redacted {
  try {
    return redact();
  } catch {
    return dropped;
  }
}

function withoutSecrets(text: string, names: SecretNames): string {
  return replaceSpans(text, secretSpans(text, names), REDACTED);
}

/** Where secrets stand in a text, in any encoding that is looked through. */
function secretSpans(text: string, names: SecretNames, depth = 0): Span[] {
  const spans: Span[] = [];
  for (const view of percentViews(text)) {
    for (const span of namedSecrets(view.text, names)) spans.push(view.source(span));
    for (const span of secretValues(view.text)) spans.push(view.source(span));
    if (depth === MAX_BASE64_DEPTH) continue;
    for (const { span, decoded } of base64Runs(view.text)) {
      if (secretSpans(decoded, names, depth + 1).length > 0) spans.push(view.source(span));
    }
  }
  return spans;
}

/** Path and query apart, so that what is found in one cannot reach into the other. */
function redactedUrl(url: string, names: SecretNames, isSecretParameter: (name: string) => boolean): string {
  const mark = url.indexOf('?');
  if (mark < 0) return withoutSecrets(url, names);
  const start = mark + 1;
  const query = url.slice(start);
  const spans = secretSpans(url.slice(0, mark), names);
  const inQuery = secretSpans(query, names);
  addParameters(query, isSecretParameter, inQuery);
  for (const { from, to } of inQuery) spans.push({ from: start + from, to: start + to });
  return replaceSpans(url, spans, REDACTED);
}

/** The values of secret parameters: in a query the borders between parameters are known exactly. */
function addParameters(query: string, isSecretParameter: (name: string) => boolean, spans: Span[]): void {
  for (let from = 0; from < query.length; ) {
    const next = query.indexOf('&', from);
    const to = next < 0 ? query.length : next;
    const pair = query.slice(from, to);
    const equals = pair.indexOf('=');
    if (equals >= 0 && isSecretParameter(pair.slice(0, equals))) spans.push({ from: from + equals + 1, to });
    from = to + 1;
  }
}

function fullyDecoded(name: string): string {
  return name.includes('%') ? (percentViews(name).at(-1)?.text ?? name) : name;
}

/** Whether a value must not be shown at all because of where it stood. */
function isSecretPlace(place: string, value: string, names: SecretNames): boolean {
  const dot = place.indexOf('.');
  if (dot < 0) return place === 'cookie' || names.field(place);
  const kind = place.slice(0, dot);
  const name = place.slice(dot + 1);
  if (kind === 'cookie') return true;
  if (kind === 'header') return names.header(name) || hasSecretSegment(name, names);
  return hasSecretSegment(name, names) && !isOperator(name, value);
}

/**
 * An operator under a secret field (`$ne: {` at `body.password.$ne`, `password[$ne]` at `query.password[$ne]`) is the
 * attacker's syntax, not the secret: keys are shown as their name and the first characters of what stands under them.
 */
function isOperator(name: string, value: string): boolean {
  if (!name.includes('$')) return false;
  const key = fullyDecoded(value);
  const last = name.slice(name.lastIndexOf('.') + 1);
  return key === name || (key.startsWith(`${last}: `) && key.length <= last.length + 2 + MAX_KEY_SHAPE);
}

function hasSecretSegment(name: string, names: SecretNames): boolean {
  if (!BETWEEN_SEGMENTS.test(name)) return names.field(name);
  return name.split(BETWEEN_SEGMENTS).some((segment) => names.field(segment));
}
