import type { DescribedRequest } from '@api-security/core';

/** Where the suite puts a payload. */
export const PLACEMENTS = [
  'query',
  'form',
  'json',
  'nested json',
  'header',
  'cookie',
  'path',
  'multipart field',
  'file name',
  'xml text',
] as const;

/** One of {@link PLACEMENTS}. */
export type Placement = (typeof PLACEMENTS)[number];

const EVERYWHERE: ReadonlySet<Placement> = new Set(PLACEMENTS);
const VALUES: readonly Placement[] = ['query', 'form', 'json', 'nested json', 'multipart field', 'xml text'];
/** Where a category's payloads reach what they attack; the others do so from everywhere. */
const REACH: ReadonlyMap<string, ReadonlySet<Placement>> = new Map([
  ['ssrf', new Set(VALUES)],
  ['openredirect', new Set<Placement>([...VALUES, 'path'])],
  ['xxe', new Set<Placement>(['query', 'form', 'json', 'nested json', 'multipart field'])],
  ['nosqli', new Set<Placement>(['query', 'form', 'json', 'nested json', 'cookie', 'multipart field'])],
  ['ldap', new Set<Placement>([...VALUES, 'cookie'])],
  ['crlf', new Set<Placement>(['query', 'form', 'json', 'nested json', 'path', 'multipart field'])],
  ['protopollution', new Set<Placement>(['query', 'form', 'json', 'nested json', 'multipart field'])],
  ['deserialization', new Set<Placement>([...VALUES, 'header', 'cookie'])],
  ['traversal', new Set<Placement>([...VALUES, 'cookie', 'path', 'file name'])],
  ['graphql', new Set<Placement>(['query', 'json', 'form'])],
]);

/** Whether a payload is still an attack there, as it is. */
export function reaches(category: string, placement: Placement, payload: string): boolean {
  if ((placement === 'header' || placement === 'file name') && !/^[\t\x20-\x7e]*$/.test(payload)) return false;
  if (placement === 'file name' && payload.includes('"')) return false;
  // XML has no way to write these.
  if (placement === 'xml text' && /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(payload)) return false;
  // A segment ends where the next begins, and clients resolve dots before they send.
  if (placement === 'path' && category !== 'traversal' && payload.includes('/')) return false;
  return (REACH.get(category) ?? EVERYWHERE).has(placement);
}

const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * A request that carries the payload at that place among ordinary ones.
 *
 * @param onWire - the payload is written as it travels: not percent-encoded, quoted or escaped again
 */
export function placed(payload: string, placement: Placement, onWire = false): DescribedRequest {
  const inUrl = onWire || /%[0-9a-f]{2}/i.test(payload) ? wireSafe(payload) : encodeURIComponent(wellFormed(payload));
  const quoted = onWire ? `"${payload}"` : JSON.stringify(payload);
  switch (placement) {
    case 'query':
      return get(`/catalogue/find?lang=en&term=${inUrl.replace(/[&#]/g, percent)}&size=20`);
    case 'form':
      return post(
        '/catalogue/find',
        'application/x-www-form-urlencoded',
        `lang=en&term=${inUrl.replace(/[&#]/g, percent)}&size=20`,
      );
    case 'json':
      return {
        ...post('/catalogue/find', '', `{"lang":"en","term":${quoted},"size":20}`),
        headers: { ...BASE, ...JSON_TYPE },
      };
    case 'nested json':
      return {
        ...post(
          '/catalogue/find',
          '',
          `{"page":{"size":20},"parts":[{"kind":"text"},{"kind":"text","value":{"term":${quoted}}}]}`,
        ),
        headers: { ...BASE, ...JSON_TYPE },
      };
    case 'header':
      return { ...get('/catalogue'), headers: { ...BASE, 'x-client-note': payload } };
    case 'cookie':
      return {
        ...get('/catalogue'),
        headers: { ...BASE, cookie: `consent=yes; view=${inUrl.replace(/;/g, percent)}; n=3` },
      };
    case 'path':
      return get(`/catalogue/${inUrl.replace(/[?#]/g, percent)}`);
    case 'multipart field':
      return multipart(`content-disposition: form-data; name="term"\r\n\r\n${payload}\r\n`);
    case 'file name':
      return multipart(
        `content-disposition: form-data; name="photo"; filename="${payload}"\r\ncontent-type: image/png\r\n\r\nok\r\n`,
      );
    case 'xml text':
      return post(
        '/catalogue/find',
        'application/xml',
        `<find><lang>en</lang><term>${onWire ? payload : xmlText(payload)}</term></find>`,
      );
  }
}

const BASE = { host: 'shop.example.org', accept: 'application/json', 'user-agent': 'shop-app/4.2 (Android 14)' };

function get(url: string): DescribedRequest {
  return { method: 'GET', url, headers: BASE };
}

function post(url: string, type: string, body: string): DescribedRequest {
  return { method: 'POST', url, headers: { ...BASE, 'content-type': type }, body };
}

function multipart(part: string): DescribedRequest {
  const before = '--frontier\r\ncontent-disposition: form-data; name="lang"\r\n\r\nen\r\n';
  return post(
    '/catalogue/photos',
    'multipart/form-data; boundary=frontier',
    `${before}--frontier\r\n${part}--frontier--\r\n`,
  );
}

function wireSafe(text: string): string {
  return wellFormed(text).replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}

function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
