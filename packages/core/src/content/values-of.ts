import type { DecodedValue } from './content-value.js';
import { decodeText } from './decode.js';
import { DistinctValues } from './distinct-values.js';
import { readNested } from './nested.js';
import { isPlain } from './triage.js';
import { type FoundValue, ValueCollector } from './value-collector.js';

/** How often a value is looked for inside a value: a JWT in a JSON text in a base64 cookie is three deep. */
const NESTING = 3;
/** What decoding and judging a value costs beside its length, in characters: see `Pace`. */
const VALUE_WORK = 192;

/**
 * Decodes what readers found, and what that carries inside: as found, then as found inside. Equal decoded texts of a kind and name
 * once. Marks what is cut or cannot be decoded where readers mark it.
 */
export function valuesOf(found: ValueCollector): readonly DecodedValue[] {
  const { limits, pace } = found;
  const values: DecodedValue[] = [];
  const distinct = new DistinctValues();
  let level: readonly FoundValue[] = found.values;
  let late = false;
  for (let depth = 0; level.length > 0; depth++) {
    const inner = depth < NESTING ? new ValueCollector(limits, found, pace) : null;
    for (const value of level) {
      if (late) {
        found.truncated.add('time');
        break;
      }
      const decoded = value.decoded ?? decodeFound(value, found.unparsed);
      if (!distinct.add(decoded.decoded, decoded)) continue;
      if (values.length >= limits.values) {
        found.truncated.add('values');
        break;
      }
      values.push(decoded);
      if (value.decoded !== null) continue;
      if (inner !== null) readNested(decoded, inner);
      late = pace.isOver(VALUE_WORK + decoded.decoded.length);
    }
    level = inner?.values ?? [];
  }
  return values;
}

function decodeFound(
  { place, kind, name, text, plus, outer, characters: raw }: FoundValue,
  unparsed: Set<string>,
): DecodedValue {
  const { decoded, chain: own, settled, characters } = decodeText(text, plus, raw);
  if (!settled) unparsed.add('encoding');
  const chain = outer.length === 0 ? own : [...outer, ...own];
  const plain = isPlain({ place, kind, name, decoded, chain, characters });
  return { place, kind, name, text, decoded, chain, characters, plain };
}
