import { type Random, seededRandom } from '../random.js';
import { word } from './callback-host.js';
import type { LabelledRecord } from './record.js';

/** A request as `analyze` takes it. */
export interface RequestText {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Puts a payload under a name where values travel; carriers of things without a name leave it out. */
type Carrier = (payload: string, random: Random, name: string) => RequestText;

const FIELD_NAMES: readonly string[] = (
  'q query id ids name search s term keyword title comment message msg content body text note description ' +
  'summary subject filter where sort order orderBy fields include expand email user username login userId ' +
  'account customer file filename path dir folder key url uri link href src image avatar callback redirect ' +
  'next return target dest host domain ip address city country phone tag tags category type status state ' +
  'lang locale format template view page limit offset cursor from to date start end token code ref data ' +
  'value values input output payload params options config settings metadata attributes label action ' +
  'event cmd command job task product sku price amount quantity currency version branch repo commit ' +
  'project team role group firstName last_name displayName bio website company notes reason feedback ' +
  'review answer question prompt model'
).split(' ');
const PATHS = [
  '/api/items',
  '/users',
  '/v1/search',
  '/orders/42',
  '/api/v2/comments',
  '/login',
  '/files',
  '/profile',
  '/webhooks',
];

const inQuery: Carrier = (payload, random, name) => ({
  method: 'GET',
  url: `${random.pick(PATHS)}?${wireSafe(name)}=${onTheWire(payload, random)}`,
  headers: {},
});

const inJson: Carrier = (payload, random, name) => ({
  method: 'POST',
  url: random.pick(PATHS),
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(random.chance(0.3) ? { data: [{ [name]: payload }] } : { page: 1, [name]: payload }),
});

const inForm: Carrier = (payload, random, name) => ({
  method: 'POST',
  url: random.pick(PATHS),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: `${wireSafe(name)}=${onTheWire(payload, random)}&page=1`,
});

const inPath: Carrier = (payload, random) => ({
  method: 'GET',
  url: `${random.pick(PATHS)}/${onTheWire(payload, random)}`,
  headers: {},
});

const inHeader: Carrier = (payload, random) => ({
  method: 'GET',
  url: random.pick(PATHS),
  headers: {
    [random.pick(['x-forwarded-for', 'referer', 'user-agent', 'x-api-version', 'x-request-source', 'accept-language'])]:
      oneLine(payload),
  },
});

const inUserAgent: Carrier = (payload, random) => ({
  method: 'GET',
  url: random.pick(PATHS),
  headers: { 'user-agent': oneLine(payload) },
});

const underHeader: Carrier = (payload, random, name) => ({
  method: 'GET',
  url: random.pick(PATHS),
  headers: { [name.toLowerCase()]: oneLine(payload) },
});

const inCookie: Carrier = (payload, random, name) => ({
  method: 'GET',
  url: random.pick(PATHS),
  headers: {
    cookie: `session=${word(random)}; ${wireSafe(name)}=${encodeURIComponent(wellFormed(payload))}`,
  },
});

const inFileName: Carrier = (payload, _random, name) => ({
  method: 'POST',
  url: '/upload',
  headers: { 'content-type': 'multipart/form-data; boundary=part' },
  body: `--part\r\ncontent-disposition: form-data; name="${name}"; filename="${oneLine(payload).replaceAll('"', '%22')}"\r\n\r\nok\r\n--part--\r\n`,
});

const inKey: Carrier = (payload, random) =>
  random.chance(0.7)
    ? {
        method: 'POST',
        url: random.pick(PATHS),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ [payload.slice(0, 200)]: random.pick<unknown>(['x', 1, null, {}, ['a'], '']) }),
      }
    : {
        method: 'POST',
        url: random.pick(PATHS),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: random.chance(0.5) ? wireSafe(payload) : `${onTheWire(payload, random)}=1`,
      };

const inText: Carrier = (payload, random) => ({
  method: 'POST',
  url: random.pick(PATHS),
  headers: random.chance(0.7)
    ? { 'content-type': random.pick(['text/plain', 'text/markdown', 'application/octet-stream']) }
    : {},
  body: payload,
});

const asQuery: Carrier = (payload, random) => ({
  method: 'GET',
  url: `${random.pick(PATHS)}?${wireSafe(payload.replace(/^[?&/]+/, ''))}`,
  headers: {},
});

const asPath: Carrier = (payload) => ({
  method: 'GET',
  url: wireSafe(payload.startsWith('/') ? payload : `/${payload}`),
  headers: {},
});

const asXml: Carrier = (payload, random) => ({
  method: 'POST',
  url: random.pick(PATHS),
  headers: { 'content-type': 'application/xml' },
  body: payload,
});

const asJson: Carrier = (payload, random) => ({
  method: 'POST',
  url: random.pick(PATHS),
  headers: { 'content-type': 'application/json' },
  body: payload,
});

const asGraphql: Carrier = (payload, random) =>
  payload.startsWith('[')
    ? asJson(payload, random, '')
    : random.chance(0.8)
      ? {
          method: 'POST',
          url: '/graphql',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: payload }),
        }
      : { method: 'GET', url: `/graphql?query=${encodeURIComponent(payload)}`, headers: {} };

/** Carriers by weight; what fits a category's payloads as attackers send them. */
const USUAL: readonly Carrier[] = [
  inQuery,
  inQuery,
  inQuery,
  inJson,
  inJson,
  inJson,
  inForm,
  inForm,
  inPath,
  inCookie,
  inHeader,
];
/** Where a value has a name. */
const NAMED: readonly Carrier[] = [inQuery, inQuery, inQuery, inJson, inJson, inJson, inForm, inForm, inCookie];
const HEADER_NAME = /^(?:authorization|user-agent|referer|origin|host|etag|x-[a-z-]+)$/i;
const COOKIE_NAME = /^(?:session\w*|sid|connect\.sid|phpsessid|jsessionid|remember_?me|rememberme|cookie\w*)$/i;
const BY_CATEGORY: ReadonlyMap<string, readonly Carrier[]> = new Map([
  ['traversal', [inQuery, inQuery, inQuery, inPath, inPath, inJson, inForm, inFileName, inCookie]],
  ['log4shell', [inHeader, inHeader, inUserAgent, inQuery, inJson, inForm, inPath, inCookie]],
  ['crlf', [inQuery, inQuery, inPath, inForm, inJson]],
  ['openredirect', [inQuery, inQuery, inQuery, inPath]],
  ['ssrf', [inQuery, inQuery, inJson, inJson, inForm]],
  ['deserialization', [inCookie, inQuery, inJson, inForm, inHeader]],
  ['scanner', [inUserAgent]],
  [
    'benign',
    [
      inQuery,
      inQuery,
      inJson,
      inJson,
      inJson,
      inForm,
      inForm,
      inHeader,
      inCookie,
      inFileName,
      inKey,
      inKey,
      inText,
      inText,
    ],
  ],
]);

/**
 * Puts a bare payload into a request where such values travel, so that it passes through the same reading and decoding as
 * every other value. The same record always gets the same place.
 */
export function embedPayload(record: LabelledRecord, index: number): RequestText {
  const payload = record.payload ?? '';
  const random = seededRandom(`embed ${record.source} ${index}`);
  return carrierOf(record, payload, random)(payload, random, record.field ?? random.pick(FIELD_NAMES));
}

function carrierOf(record: LabelledRecord, payload: string, random: Random): Carrier {
  if (record.field === 'user-agent') return inUserAgent;
  if (record.as_ === 'file name') return inFileName;
  if (record.field !== undefined) return carrierUnder(record.field, random);
  if (record.as_ === 'path' || /^\/[^\s]*\.?\w+\?[\w[\]]+=/.test(payload)) return asPath;
  if (record.source.startsWith('fwaf-') && payload.startsWith('/')) return asPath;
  if (/^[?&][\w[\]$.-]+=/.test(payload)) return asQuery;
  const { category } = record;
  if (category === 'graphql') return asGraphql;
  if (category === 'protopollution') return /^\s*\{/.test(payload) ? asJson : asQuery;
  if (category === 'nosqli' && /^[\w.]+\[.*\]=/.test(payload)) return asQuery;
  if (category === 'nosqli' && isJsonText(payload) && random.chance(0.7)) return asJson;
  if (/^\s*<(?:\?xml|!DOCTYPE|soap|\w+:Envelope)/i.test(payload) && random.chance(0.7)) return asXml;
  return random.pick(BY_CATEGORY.get(category) ?? USUAL);
}

function carrierUnder(name: string, random: Random): Carrier {
  if (HEADER_NAME.test(name)) return underHeader;
  return COOKIE_NAME.test(name) && random.chance(0.7) ? inCookie : random.pick(NAMED);
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** As a browser or a tool writes a parameter's value: an encoded payload as it is, anything else encoded once. */
function onTheWire(payload: string, random: Random): string {
  if (/%[0-9a-f]{2}|%u[0-9a-f]{4}/i.test(payload))
    return wireSafe(payload).replaceAll('&', '%26').replaceAll('#', '%23');
  const encoded = encodeURIComponent(wellFormed(payload));
  return random.chance(0.5) ? encoded.replaceAll('%20', '+') : encoded;
}

/** Encodes only what cannot stand in a request line. */
function wireSafe(text: string): string {
  return wellFormed(text).replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ').trim();
}

/** Without lone surrogates, which cannot be written as UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
