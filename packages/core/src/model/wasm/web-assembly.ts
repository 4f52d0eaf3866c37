/** The part of the global `WebAssembly` that is used here; Node's type declarations leave it to those of browsers. */
export interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: { initial: number }) => WebAssemblyMemory;
  validate(bytes: Uint8Array): boolean;
}

/** Linear memory. `buffer` is another one after each `grow`. */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  /** @param pages - of 64 KiB */
  grow(pages: number): number;
}

/** WebAssembly as this process has it; null where it was started without a compiler (`--jitless`). */
export function webAssembly(): WebAssemblyApi | null {
  return (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly ?? null;
}
