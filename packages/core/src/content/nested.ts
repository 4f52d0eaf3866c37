import { decodeBase64 } from './base64.js';
import { CharacterClass } from './characters.js';
import type { ContentValue, DecodedValue, DecodeStep } from './content-value.js';
import { isGraphql, readGraphql } from './graphql.js';
import { isJsonContainer, readJson } from './json.js';
import type { ValueCollector } from './value-collector.js';

/** Places where GraphQL over HTTP puts its document: a JSON body, one of a batch, the JSON beside uploads, a query string. */
const GRAPHQL_PLACE = /^(?:body(?:\.operations(?:~json)?)?(?:\[\d+\])?|query)\.query$/;

/**
 * Looks inside one value for values of its own: JSON in a string (`~json`), base64 that hides text or a serialised object
 * (`~base64`), the claims of a JWT (`~jwt`), the literals of a GraphQL document (`~graphql`). What has no key of its own
 * inside is called as the value is.
 */
export function readNested(value: DecodedValue, into: ValueCollector): void {
  const { place, kind, name, decoded, chain } = value;
  const hasBrackets = (value.characters & CharacterClass.OTHER) !== 0;
  if (hasBrackets && isJsonContainer(decoded)) {
    into.within(chain, () => readJson(decoded, kind, `${place}~json`, into, name));
  } else if (hasBrackets && GRAPHQL_PLACE.test(place) && isGraphql(decoded)) {
    into.within(chain, () => readGraphql(decoded, kind, place, into, name));
  } else readToken(value, decoded, chain, into);
}

/** Where something stands, and what it is called there. */
type Where = Pick<ContentValue, 'place' | 'kind' | 'name'>;

/** Looks inside a token: the claims of a JWT, or what base64 hides. `outer` are the layers already taken off it. */
export function readToken(where: Where, token: string, outer: readonly DecodeStep[], into: ValueCollector): void {
  if (token.length < MIN_TOKEN_CHARS) return;
  const chain: readonly DecodeStep[] = [...outer, 'base64'];
  if (token.startsWith(JWT_BEGINS) && token.includes('.')) {
    into.within(chain, () => readJwt(where, token, into));
    return;
  }
  const hidden = decodeBase64(token);
  const { place, kind, name } = where;
  if (hidden !== null) into.within(chain, () => into.add(kind, `${place}~base64`, hidden, name));
}

/** Shorter strings are words and ids; too little fits into them to be worth a look. */
const MIN_TOKEN_CHARS = 16;
/** `{"` in base64: every JWT begins so (RFC 7519 §3.1). */
const JWT_BEGINS = 'eyJ';

function readJwt({ place, kind, name }: Where, token: string, into: ValueCollector): void {
  const parts = token.split('.', 2).map(decodeBase64);
  for (const json of parts) {
    if (json !== null) readJson(json, kind, `${place}~jwt`, into, name);
  }
  // A plain word anywhere else, here it says that nobody signed: as a key it is never taken for plain.
  const algorithm = algorithmOf(parts[0] ?? '');
  if (algorithm.toLowerCase() === 'none') into.add('key', `${place}~jwt.alg`, `alg: ${algorithm}`);
}

function algorithmOf(header: string): string {
  try {
    const { alg } = JSON.parse(header) as { alg?: unknown };
    return typeof alg === 'string' ? alg : '';
  } catch {
    return '';
  }
}
