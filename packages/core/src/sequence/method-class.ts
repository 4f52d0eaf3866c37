const CLASSES: ReadonlyMap<string, number> = new Map([
  ['GET', 0],
  ['HEAD', 0],
  ['OPTIONS', 0],
  ['POST', 1],
  ['PUT', 1],
  ['PATCH', 1],
  ['DELETE', 2],
]);

/** What a method does, coarsely: 0 reads (GET, HEAD, OPTIONS), 1 writes (POST, PUT, PATCH), 2 deletes, 3 is anything else. */
export function methodClass(method: string): number {
  return CLASSES.get(method) ?? 3;
}
