import type { Observation } from '../observation/observation.js';
import { readBody } from './body.js';
import type { Content } from './content.js';
import type { DecodedValue } from './content-value.js';
import { decodeText } from './decode.js';
import { DistinctValues } from './distinct-values.js';
import { HeaderLines } from './header-lines.js';
import type { ContentLimits } from './limits.js';
import { readNested } from './nested.js';
import { Pace } from './pace.js';
import { readTarget } from './target.js';
import { isPlain } from './triage.js';
import { type FoundValue, ValueCollector } from './value-collector.js';

/** How often a value is looked for inside a value: a JWT in a JSON text in a base64 cookie is three deep. */
const NESTING = 3;
/** What decoding and judging a value costs beside its length, in characters: see {@link Pace}. */
const VALUE_WORK = 192;

/** Takes requests apart into decoded values. Linear in the request, bounded by the limits; never throws. */
export class ContentReader {
  readonly #limits: ContentLimits;
  readonly #headers: HeaderLines;

  constructor(limits: ContentLimits) {
    this.#limits = limits;
    this.#headers = new HeaderLines(limits);
  }

  /** @param outOfTime - asked now and then, in long bodies too; when it is so, the rest is cut and marked `time` */
  read(observation: Observation, outOfTime: () => boolean = inTime): Content {
    const limits = this.#limits;
    const pace = new Pace(outOfTime);
    const found = new ValueCollector(limits, undefined, pace);
    readTarget(observation, found);
    for (const [name, value] of observation.headers) this.#headers.read(name, value, found);
    if (observation.body !== null) readBody(observation.body, found);
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
        const decoded = decodeFound(value, found.unparsed);
        if (!distinct.add(decoded.decoded, decoded)) continue;
        if (values.length >= limits.values) {
          found.truncated.add('values');
          break;
        }
        values.push(decoded);
        if (inner !== null) this.#readNested(value, decoded, inner);
        late = pace.isOver(VALUE_WORK + decoded.decoded.length);
      }
      level = inner?.values ?? [];
    }
    return {
      values,
      inspectedBytes: Math.max(0, bytesOf(observation) - found.binaryBytes),
      binaryBytes: found.binaryBytes,
      truncated: found.truncated,
      unparsed: found.unparsed,
    };
  }

  /** As `readNested`, once for a value that is remembered. */
  #readNested({ reading }: FoundValue, decoded: DecodedValue, inner: ValueCollector): void {
    if (reading === undefined || reading.marks === true) {
      readNested(decoded, inner);
      return;
    }
    if (reading.nested === undefined) {
      const alone = new ValueCollector(this.#limits);
      readNested(decoded, alone);
      if (alone.marked) {
        reading.marks = true;
        readNested(decoded, inner);
        return;
      }
      reading.nested = alone.values.map((found) => ({ ...found, reading: {} }));
    }
    for (const found of reading.nested) inner.put(found);
  }
}

function inTime(): boolean {
  return false;
}

function decodeFound(value: FoundValue, unparsed: Set<string>): DecodedValue {
  const { place, kind, name, text, plus, outer, reading } = value;
  if (reading?.decoded !== undefined) return reading.decoded;
  const { decoded, chain: own, settled, characters } = decodeText(text, plus, value.characters);
  if (!settled) unparsed.add('encoding');
  const chain = outer.length === 0 ? own : [...outer, ...own];
  const plain = isPlain({ place, kind, name, decoded, chain, characters });
  const made: DecodedValue = { place, kind, name, text, decoded, chain, characters, plain };
  if (reading !== undefined && settled) reading.decoded = made;
  return made;
}

function bytesOf({ path, query, headers, body }: Observation): number {
  let bytes = path.length + query.length + (body?.raw?.length ?? 0);
  for (const [name, value] of headers) bytes += name.length + value.length;
  return bytes;
}
