/** Share of the limit that the head gets; the rest is the tail. Attacks sit early or, behind padding, last. */
const HEAD_SHARE = 3 / 4;
/** First allocation; grows by doubling, so that many tiny bodies stay tiny. */
const FIRST_BYTES = 1024;

const EMPTY = Buffer.alloc(0);

/** The head and the rolling tail of a stream of bytes, in bounded memory. Bytes are copied: chunks are not kept alive. */
export class ByteWindow {
  /** Bytes kept at most. */
  readonly limitBytes: number;
  readonly #headLimit: number;
  #head: Buffer = EMPTY;
  #headBytes = 0;
  /** Ring buffer of what follows the head; allocated when something does. */
  #tail: Buffer | null = null;
  #tailAdded = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
    this.#headLimit = Math.ceil(limitBytes * HEAD_SHARE);
  }

  /** Bytes that went by. */
  get totalBytes(): number {
    return this.#headBytes + this.#tailAdded;
  }

  /** Whether bytes between head and tail are lost. */
  get cut(): boolean {
    return this.totalBytes > this.limitBytes;
  }

  /** Bytes of {@link bytes} that are the beginning; all of them unless cut. */
  get headBytes(): number {
    return this.cut ? this.#headBytes : this.totalBytes;
  }

  add(bytes: Uint8Array): void {
    const fits = Math.min(bytes.length, this.#headLimit - this.#headBytes);
    if (fits > 0) this.#addToHead(bytes.subarray(0, fits));
    if (fits < bytes.length) this.#addToTail(bytes.subarray(fits));
  }

  /** A copy of what is kept: everything from `from` on while nothing is cut, else (with `from` 0) head and tail. */
  bytes(from = 0): Buffer {
    if (this.totalBytes === 0) return EMPTY;
    return Buffer.concat([this.#head.subarray(0, this.#headBytes), ...this.#tailParts()]).subarray(from);
  }

  /** The same of the same stream with a lower limit. */
  narrowed(limitBytes: number): ByteWindow {
    const kept = this.bytes();
    const narrow = new ByteWindow(limitBytes);
    narrow.add(kept.subarray(0, this.headBytes));
    // What is lost has gone by. Whatever the narrow tail holds of it is written over by the wider one.
    narrow.#tailAdded += this.totalBytes - kept.length;
    narrow.add(kept.subarray(this.headBytes));
    return narrow;
  }

  #addToHead(bytes: Uint8Array): void {
    const needed = this.#headBytes + bytes.length;
    if (needed > this.#head.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#headLimit, Math.max(needed, this.#head.length * 2, FIRST_BYTES)));
      this.#head.copy(grown, 0, 0, this.#headBytes);
      this.#head = grown;
    }
    this.#head.set(bytes, this.#headBytes);
    this.#headBytes = needed;
  }

  #addToTail(bytes: Uint8Array): void {
    const size = this.limitBytes - this.#headLimit;
    this.#tail ??= Buffer.allocUnsafe(size);
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
    const at = size === 0 ? 0 : (this.#tailAdded + bytes.length - kept.length) % size;
    const first = kept.subarray(0, size - at);
    this.#tail.set(first, at);
    this.#tail.set(kept.subarray(first.length), 0);
    this.#tailAdded += bytes.length;
  }

  #tailParts(): Buffer[] {
    const tail = this.#tail;
    if (tail === null) return [];
    if (this.#tailAdded <= tail.length) return [tail.subarray(0, this.#tailAdded)];
    const at = tail.length === 0 ? 0 : this.#tailAdded % tail.length;
    return [tail.subarray(at), tail.subarray(0, at)];
  }
}
