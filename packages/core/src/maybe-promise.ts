/** A value now, or a promise of it: memory answers at once, a shared store over the network. */
export type MaybePromise<T> = T | Promise<T>;
