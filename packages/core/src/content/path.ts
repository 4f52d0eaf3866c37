import { itemPlace } from './place.js';
import { textOfLatin1 } from './utf8.js';
import type { ValueCollector } from './value-collector.js';

/** Segments of these characters say nothing that the whole path does not. */
const ORDINARY_SEGMENT = /^[A-Za-z0-9_.~-]*$/;

/**
 * Reads a raw path: the whole as `path`, and each segment with other than ordinary characters as
 * `path[i]`, counted from 0 without empty ones.
 */
export function readPath(path: string, into: ValueCollector): void {
  const text = textOfLatin1(path);
  into.add('path', 'path', text);
  const segments = text.split('/').filter((segment) => segment !== '');
  for (const [index, segment] of segments.entries()) {
    if (!ORDINARY_SEGMENT.test(segment)) into.add('path', itemPlace('path', index), segment);
  }
}
