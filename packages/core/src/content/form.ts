import type { PlaceKind } from './content-value.js';
import { decodeText } from './decode.js';
import { isOddKey } from './odd-key.js';
import { childPlace } from './place.js';
import type { ValueCollector } from './value-collector.js';

/**
 * Reads `name=value&…` (query strings and URL-encoded forms): each value still encoded, odd names, and the values of a
 * repeated name joined with a comma, as some frameworks hand them over. Answers whether the text looks like a form at all.
 */
export function readForm(text: string, kind: PlaceKind, root: string, into: ValueCollector): boolean {
  const byName = new Map<string, string[]>();
  let pairs = 0;
  let formed = true;
  for (let at = 0; at < text.length && !into.isOver(PAIR_WORK); ) {
    const ampersand = text.indexOf('&', at);
    const end = ampersand === -1 ? text.length : ampersand;
    const pair = text.slice(at, end);
    at = end + 1;
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? '' : pair.slice(equals + 1);
    if (BREAKS_FORM.test(name)) formed = false;
    const readable = decodeText(name, true).decoded;
    const place = childPlace(root, readable);
    if (++pairs > into.limits.keys) into.truncated.add('keys');
    else if (isOddKey(readable)) into.add('key', place, name, '', true);
    into.add(kind, place, value, readable, true);
    if (value === '') continue;
    const values = byName.get(readable);
    if (values === undefined) byName.set(readable, [value]);
    else values.push(value);
  }
  for (const [name, values] of byName) {
    if (values.length > 1) into.add(kind, childPlace(root, name), values.join(','), name, true);
  }
  return formed;
}

/** What a pair costs beside its value, in characters: its name is decoded. */
const PAIR_WORK = 64;

/** Characters that no client leaves unencoded in a form's names; where they stand, the text is something else. */
const BREAKS_FORM = /[\s<>{}"]/;
