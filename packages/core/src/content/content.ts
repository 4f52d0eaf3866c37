import type { Observation } from '../observation/observation.js';
import { ContentReader } from './content-reader.js';
import type { DecodedValue } from './content-value.js';
import type { ContentLimits } from './limits.js';

/** What a request says: its values, decoded, and what of it could not be looked at. */
export interface Content {
  /** In a fixed order: path, query, headers, each line with what it carries inside, body; then what the others carry inside. Equal decoded texts of a kind and name once. */
  readonly values: readonly DecodedValue[];
  /** Bytes of request target, headers and body that were read. A body known only as parsed counts none. */
  readonly inspectedBytes: number;
  /** Bytes of the body, or of files in it, that are no text and were not read: images, archives, compressed or encrypted data. */
  readonly binaryBytes: number;
  /** What was cut here: `body-bytes`, `depth`, `keys`, `values`, `value-chars`, `parts`, `time`. */
  readonly truncated: ReadonlySet<string>;
  /** What could not be read as what it claims to be: `json`, `form`, `multipart`, `xml`, `graphql`, `charset`, `encoding`. */
  readonly unparsed: ReadonlySet<string>;
}

/** As {@link ContentReader.read}, with nothing remembered from one request to the next. */
export function readContent(observation: Observation, limits: ContentLimits): Content {
  return new ContentReader(limits).read(observation);
}
