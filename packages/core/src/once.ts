/** Makes something when it is first asked for, and then lets go of what it was made of. */
export function once<T>(make: () => T): () => T {
  let maker: (() => T) | null = make;
  let made: T | null = null;
  return () => {
    if (maker !== null) {
      made = maker();
      maker = null;
    }
    return made as T;
  };
}
