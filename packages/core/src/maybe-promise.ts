/** A value now, or a promise of it: memory answers at once, a shared store over the network. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there, so that what memory answers costs no turn of the microtask queue. */
export function whenKnown<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All of several values, as `Promise.all`: at once where every one of them is there. */
export function allKnown<T extends readonly unknown[]>(
  values: { readonly [K in keyof T]: MaybePromise<T[K]> },
): MaybePromise<T> {
  const isPending = (values as readonly unknown[]).some((value) => value instanceof Promise);
  return isPending ? (Promise.all(values) as Promise<unknown> as Promise<T>) : (values as unknown as T);
}
