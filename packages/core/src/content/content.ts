import type { Observation } from '../observation/observation.js';
import { contentKey, type DecodedValue } from './content-value.js';
import { decodeText } from './decode.js';
import type { ContentLimits } from './limits.js';
import { readNested } from './nested.js';
import { type FoundValue, ValueCollector } from './value-collector.js';
import { readValues } from './values.js';

/** What a request says: its values, decoded, and what of it could not be looked at. */
export interface Content {
  /** In a fixed order: path, query, headers, body; then what these values carried inside. Equal decoded texts of a kind and name once. */
  readonly values: readonly DecodedValue[];
  /** Bytes of request target, headers and body that were read. A body known only as parsed counts none. */
  readonly inspectedBytes: number;
  /** Bytes of the body, or of files in it, that are no text and were not read: images, archives, compressed or encrypted data. */
  readonly binaryBytes: number;
  /** What was cut here: `body-bytes`, `depth`, `keys`, `values`, `value-chars`, `parts`. */
  readonly truncated: ReadonlySet<string>;
  /** What could not be read as what it claims to be: `json`, `form`, `multipart`, `xml`, `graphql`, `charset`, `encoding`. */
  readonly unparsed: ReadonlySet<string>;
}

/** How often a value is looked for inside a value: a JWT in a JSON text in a base64 cookie is three deep. */
const NESTING = 3;

/** Takes a request apart into decoded values. Linear in the request, bounded by the limits; never throws. */
export function readContent(observation: Observation, limits: ContentLimits): Content {
  const found = new ValueCollector(limits);
  readValues(observation, found);
  const values: DecodedValue[] = [];
  const seen = new Set<string>();
  let level = found;
  for (let depth = 0; level.values.length > 0; depth++) {
    const inner = new ValueCollector(limits, found);
    for (const value of level.values) {
      const decoded = decodeFound(value, found.unparsed);
      const key = contentKey(decoded.kind, decoded.name, decoded.decoded);
      if (seen.has(key)) continue;
      seen.add(key);
      if (values.length >= limits.values) {
        found.truncated.add('values');
        break;
      }
      values.push(decoded);
      if (depth < NESTING) readNested(decoded, inner);
    }
    level = inner;
  }
  return {
    values,
    inspectedBytes: Math.max(0, bytesOf(observation) - found.binaryBytes),
    binaryBytes: found.binaryBytes,
    truncated: found.truncated,
    unparsed: found.unparsed,
  };
}

function decodeFound(value: FoundValue, unparsed: Set<string>): DecodedValue {
  const { place, kind, name, text, plus, outer } = value;
  const { decoded, chain, settled } = decodeText(text, plus);
  if (!settled) unparsed.add('encoding');
  return { place, kind, name, text, decoded, chain: outer.length === 0 ? chain : [...outer, ...chain] };
}

function bytesOf(observation: Observation): number {
  const headers = observation.headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return observation.path.length + observation.query.length + headers + (observation.body?.raw?.length ?? 0);
}
