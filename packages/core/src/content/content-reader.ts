import type { Observation } from '../observation/observation.js';
import { readBody } from './body.js';
import type { Content } from './content.js';
import { HeaderLines } from './header-lines.js';
import type { ContentLimits } from './limits.js';
import { Pace } from './pace.js';
import { readTarget } from './target.js';
import { ValueCollector } from './value-collector.js';
import { valuesOf } from './values-of.js';

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
    const found = new ValueCollector(this.#limits, undefined, new Pace(outOfTime));
    readTarget(observation, found);
    for (const [name, value] of observation.headers) this.#headers.read(name, value, found);
    if (observation.body !== null) readBody(observation.body, found);
    const values = valuesOf(found);
    return {
      values,
      inspectedBytes: Math.max(0, bytesOf(observation) - found.binaryBytes),
      binaryBytes: found.binaryBytes,
      truncated: found.truncated,
      unparsed: found.unparsed,
    };
  }
}

function inTime(): boolean {
  return false;
}

function bytesOf({ path, query, headers, body }: Observation): number {
  let bytes = path.length + query.length + (body?.raw?.length ?? 0);
  for (const [name, value] of headers) bytes += name.length + value.length;
  return bytes;
}
