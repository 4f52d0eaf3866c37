import { FLOW_FEATURES, SIGNALS } from '@api-security/core';

/** 2026-01-01T00:00:00Z. */
export const START = Date.UTC(2026, 0, 1);
export const DAYS = 30;
const SPAN_MS = DAYS * 86_400_000;

const PATHS = ['/users', '/orders', '/items', '/search', '/login', '/cart', '/api/v1/reports', '/assets/app.js'];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36',
  'okhttp/4.12.0',
  'curl/8.5.0',
];
const CATEGORIES = ['sqli', 'xss', 'traversal', 'scanner', 'ssti'];
const DECODED = [
  "1' UNION SELECT name FROM users--",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '/.git/config',
  '{{7*7}}',
];
const HEADERS = [
  ['host', 'api.example'],
  ['accept', 'application/json, text/plain, */*'],
  ['accept-encoding', 'gzip, br'],
  ['accept-language', 'en-GB,en;q=0.9'],
  ['connection', 'keep-alive'],
  ['referer', 'https://shop.example/'],
  ['authorization', '[redacted]'],
];
const LEVELS = [
  ['low', 0.1],
  ['medium', 0.5],
  ['high', 0.7],
  ['critical', 0.95],
];

/**
 * A month of traffic in the order of time: 5 % above low, 1 in 1,000 critical, 16,000 clients, 10 tenants. The same every time.
 *
 * @param start - wall time of the first, in ms since the epoch
 */
export function* sampleAssessments(count, start = START) {
  const random = mulberry32(7);
  const pick = (from) => from[Math.floor(random() * from.length)];
  for (let i = 0; i < count; i++) {
    const at = start + Math.floor((i * SPAN_MS) / count);
    const chance = random();
    const [level, score] = LEVELS[chance < 0.95 ? 0 : chance < 0.99 ? 1 : chance < 0.999 ? 2 : 3];
    const isLow = level === 'low';
    const kind = Math.floor(random() ** 3 * CATEGORIES.length);
    const address = `203.0.${Math.floor(random() * 80)}.${Math.floor(random() * 200)}`;
    const path =
      random() < 0.00005
        ? '/admin/backup.zip'
        : `${pick(PATHS)}/${Math.floor(random() * 1e6)}?page=${Math.floor(random() * 50)}&sort=name`;
    yield {
      id: idOf(at, random),
      at,
      subject: 'request',
      mode: 'monitor',
      tenant: `shop-${Math.floor(random() * 10)}`,
      client: { key: address, address },
      request: {
        method: random() < 0.8 ? 'GET' : 'POST',
        route: path.replace(/\d+/g, '{id}'),
        path,
        headers: HEADERS,
        userAgent: pick(AGENTS),
      },
      score: score + random() * 0.04,
      level,
      scores: { cnn: random(), content: random(), flow: random(), bilstm: random() },
      category: isLow ? null : CATEGORIES[kind],
      categories: isLow ? [] : [{ category: CATEGORIES[kind], probability: 0.9 }],
      evidence: isLow
        ? []
        : [
            {
              place: 'query.id',
              excerpt: DECODED[kind],
              decoded: DECODED[kind],
              chain: [],
              category: CATEGORIES[kind],
              score: 0.97,
              from: 0,
              to: 5,
            },
          ],
      features: FLOW_FEATURES.map(({ name, unit, observed }) => ({
        name,
        unit,
        observed: observed !== 'unobservable',
        value: Math.fround(random() * 1000),
      })),
      signals: SIGNALS.map(({ name, unit }) => ({ name, unit, observed: true, value: Math.fround(random()) })),
      unusual: isLow ? [] : ['contentScore'],
      recommendation: isLow ? '' : 'Use bound parameters in the query behind this route.',
      decision: isLow ? { action: 'allow', reason: 'below-threshold' } : { action: 'flag', reason: 'monitor' },
      inspectedBytes: 40,
      binaryBytes: 0,
      truncated: [],
      unparsed: [],
      degraded: [],
      durationMs: random() * 5,
      response: { status: random() < 0.97 ? 200 : random() < 0.9 ? 404 : 500, bytes: 512, durationMs: random() * 50 },
    };
  }
}

function idOf(at, random) {
  const time = at.toString(16).padStart(12, '0');
  const digits = (count) =>
    Math.floor(random() * 16 ** count)
      .toString(16)
      .padStart(count, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-8${digits(3)}-${digits(12)}`;
}

/** A small generator of numbers that look random, by Tommy Ettinger. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
