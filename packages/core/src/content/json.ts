import type { PlaceKind } from './content-value.js';
import { type JsonVerdict, scanJson } from './json-scanner.js';
import { type TreeEvents, TreeReader } from './tree-reader.js';
import type { ValueCollector } from './value-collector.js';

/**
 * Reads JSON text: every string, duplicates of a key included, and odd keys. `name` is what the text itself is called.
 * Answers how the text turned out.
 */
export function readJson(text: string, kind: PlaceKind, place: string, into: ValueCollector, name = ''): JsonVerdict {
  return scanJson(text, new TreeReader(into, kind, place, name));
}

/** Whether a text is one whole JSON object or array. */
export function isJsonContainer(text: string): boolean {
  const trimmed = text.trim();
  const bracketed =
    (trimmed.startsWith('{') && trimmed.endsWith('}')) || (trimmed.startsWith('[') && trimmed.endsWith(']'));
  return bracketed && scanJson(trimmed, new Unheard()) === 'complete';
}

/** Listens to nothing. */
class Unheard implements TreeEvents {
  readonly full = false;
  open(): void {}
  close(): void {}
  key(): void {}
  string(): void {}
  literal(): void {}
}
