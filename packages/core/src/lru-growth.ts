/** The bound of an lru-cache, in entries, as one of size: for `max` it takes the memory of all of them at once. */
export function growingTo(entries: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
