import { readForm } from './form.js';
import { textOfLatin1 } from './utf8.js';
import type { ValueCollector } from './value-collector.js';

/** Reads a raw query string (without `?`): places `query.<name>`. */
export function readQuery(query: string, into: ValueCollector): void {
  readForm(textOfLatin1(query), 'query', 'query', into);
}
