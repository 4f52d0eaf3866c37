/**
 * An even sample of a stream whose length nobody knows: every item has the same chance (reservoir sampling, J. S. Vitter's
 * algorithm R, 1985). The same seed picks the same items. Holds no more than `size` items.
 *
 * @returns the sample, in the order of the stream
 */
export async function sample<T>(items: AsyncIterable<T>, size: number, seed: number): Promise<T[]> {
  const random = randomFrom(seed);
  const kept: { index: number; item: T }[] = [];
  let index = 0;
  for await (const item of items) {
    if (kept.length < size) kept.push({ index, item });
    else {
      const place = Math.floor(random() * (index + 1));
      if (place < size) kept[place] = { index, item };
    }
    index += 1;
  }
  return kept.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** Numbers in [0, 1) that a seed repeats: a Weyl sequence through the 32-bit finaliser of MurmurHash3. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
