/** Room that the kernels need to list the non-zero ones of so many numbers, in bytes: see `assembly/sparse.ts`. */
export function listBytes(count: number): number {
  return 8 * (count + 4);
}
