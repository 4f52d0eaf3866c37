import type { TreeEvents } from './tree-reader.js';

interface Walk {
  /** Names of an object's values; null for an array. */
  readonly names: readonly string[] | null;
  readonly values: readonly unknown[];
  next: number;
}

/**
 * Walks what a host's parser made of a body and tells the same events as a walk over the text would. Without recursion;
 * each object is visited once, so a cycle ends. Instances of
 * classes (dates, buffers, files with their streams) are no data of the request and are passed over. Throws only what the object's own getters or proxies throw.
 */
export function walkParsed(root: unknown, events: TreeEvents): void {
  const visited = new Set<object>();
  const open: Walk[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') events.string(value);
    else if (typeof value !== 'object' || value === null) events.literal(String(value));
    else if (visited.has(value) || !isData(value)) events.literal('null');
    else {
      visited.add(value);
      events.open(Array.isArray(value) ? '[' : '{');
      open.push(
        Array.isArray(value)
          ? { names: null, values: value, next: 0 }
          : { names: Object.keys(value), values: Object.values(value), next: 0 },
      );
    }
  };
  visit(root);
  for (let walk = open.at(-1); walk !== undefined && !events.full; walk = open.at(-1)) {
    if (walk.next >= walk.values.length) {
      events.close();
      open.pop();
      continue;
    }
    const name = walk.names?.[walk.next];
    if (name !== undefined) events.key(name);
    visit(walk.values[walk.next++]);
  }
}

function isData(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
