import { SEQUENCE_LENGTH, STEP_WIDTH, type Step } from './step.js';

/** Slots that memory is taken for at once, 280 kB: little for an idle app, and few pieces for a busy one. */
const SLAB_SLOTS = 1024;

/** A slot in words of 4 bytes: values, time (an `f64`), route, ids, and what makes a ring of a sequence's slots. Together, for the caches. */
const AT = STEP_WIDTH;
const ROUTE: number = AT + 2;
const IDS: number = ROUTE + 1;
/** The slot of the step after this one; after the newest comes the oldest. Of a free slot, the free one after it. */
const NEXT: number = IDS + 1;
/** Steps of the sequence, at its newest. */
const LENGTH: number = NEXT + 1;
const SLOT_WORDS: number = LENGTH + 1;

const VALUE_BYTES = STEP_WIDTH * 4;

/** Memory that copies are cut from, in bytes: taking it for each is most of what a copy costs. Node does the same for its buffers. */
const COPIES_BYTES = 64 * 1024;

/** Memory of some slots, seen in three ways. */
interface Slab {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

/**
 * The newest steps of many sequences, at most 16 each, in slots of memory that they share: 280 bytes a step, however steps are
 * spread over sequences. Memory is taken slab by slab and kept; slots of a sequence that is released are free for any other.
 *
 * A sequence is known by the slot of its newest step, which changes with every step. Its slots are a ring, so that both ends are at
 * hand: the 17th step takes the slot of the oldest, and all are released at once.
 */
export class StepPool {
  readonly #maxSteps: number;
  readonly #slabs: Slab[] = [];
  #allocated = 0;
  #free = 0;
  /** Of no meaning while no slot is free. */
  #firstFree = 0;
  #copies = new ArrayBuffer(0);
  #copiedBytes = 0;

  /** @param maxSteps - slots at most; a positive integer */
  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  /** Slots that memory was taken for. */
  get allocated(): number {
    return this.#allocated;
  }

  /** Those of them that hold no step. */
  get free(): number {
    return this.#free;
  }

  /** Takes memory for more slots, as far as the bound leaves any. */
  grow(): void {
    const count = Math.min(SLAB_SLOTS, this.#maxSteps - this.#allocated);
    if (count === 0) return;
    this.#slabs.push(allocate(count));
    for (let slot = this.#allocated; slot < this.#allocated + count; slot++) this.#addFree(slot, slot);
    this.#allocated += count;
    this.#free += count;
  }

  /** Whether the next step of this sequence takes the place of its oldest, and so no free slot. */
  isFull(newest: number): boolean {
    return this.#word(newest, LENGTH) === SEQUENCE_LENGTH;
  }

  /**
   * Adds a step to a sequence, or begins one. There must be a free slot, unless the sequence is full.
   *
   * @param newest - the sequence; undefined for a new one
   * @returns the sequence from now on
   */
  append(newest: number | undefined, step: Step): number {
    if (newest === undefined) {
      const slot = this.#takeFree();
      this.#write(slot, step, slot, 1);
      return slot;
    }
    const oldest = this.#word(newest, NEXT);
    if (this.isFull(newest)) {
      this.#write(oldest, step, this.#word(oldest, NEXT), SEQUENCE_LENGTH);
      return oldest;
    }
    const slot = this.#takeFree();
    this.#write(slot, step, oldest, this.#word(newest, LENGTH) + 1);
    this.#setNext(newest, slot);
    return slot;
  }

  /** A copy of a sequence, oldest step first. */
  steps(newest: number): Step[] {
    const length = this.#word(newest, LENGTH);
    const copies = this.#memoryFor(length);
    const steps: Step[] = [];
    let slot = this.#word(newest, NEXT);
    for (let i = 0; i < length; i++) {
      const { words, floats, doubles } = this.#slabOf(slot);
      const from = (slot % SLAB_SLOTS) * SLOT_WORDS;
      const values = new Float32Array(copies, this.#copiedBytes, STEP_WIDTH);
      // So few that a view of them, to copy from, would cost more.
      for (let k = 0; k < STEP_WIDTH; k++) values[k] = floats[from + k] as number;
      this.#copiedBytes += VALUE_BYTES;
      steps.push({
        at: doubles[(from + AT) / 2] as number,
        values,
        route: words[from + ROUTE] as number,
        ids: words[from + IDS] as number,
      });
      slot = words[from + NEXT] as number;
    }
    return steps;
  }

  /** Frees the slots of a sequence, which is none any more. */
  release(newest: number): void {
    this.#free += this.#word(newest, LENGTH);
    this.#addFree(this.#word(newest, NEXT), newest);
  }

  /** Gives all memory back. */
  clear(): void {
    this.#slabs.length = 0;
    this.#allocated = 0;
    this.#free = 0;
  }

  #slabOf(slot: number): Slab {
    return this.#slabs[Math.floor(slot / SLAB_SLOTS)] as Slab;
  }

  #word(slot: number, word: number): number {
    return this.#slabOf(slot).words[(slot % SLAB_SLOTS) * SLOT_WORDS + word] as number;
  }

  #setNext(slot: number, next: number): void {
    this.#slabOf(slot).words[(slot % SLAB_SLOTS) * SLOT_WORDS + NEXT] = next;
  }

  /** Puts a chain of slots in front of the free ones. */
  #addFree(first: number, last: number): void {
    this.#setNext(last, this.#firstFree);
    this.#firstFree = first;
  }

  #takeFree(): number {
    const slot = this.#firstFree;
    this.#firstFree = this.#word(slot, NEXT);
    this.#free -= 1;
    return slot;
  }

  #write(slot: number, { at, values, route, ids }: Step, next: number, length: number): void {
    const { words, floats, doubles } = this.#slabOf(slot);
    const from = (slot % SLAB_SLOTS) * SLOT_WORDS;
    floats.set(values.length === STEP_WIDTH ? values : fitted(values), from);
    doubles[(from + AT) / 2] = at;
    words[from + ROUTE] = route;
    words[from + IDS] = ids;
    words[from + NEXT] = next;
    words[from + LENGTH] = length;
  }

  #memoryFor(steps: number): ArrayBuffer {
    // What is there is asked for: whoever was given a copy may have transferred its memory.
    if (this.#copiedBytes + steps * VALUE_BYTES > this.#copies.byteLength) {
      this.#copies = new ArrayBuffer(COPIES_BYTES);
      this.#copiedBytes = 0;
    }
    return this.#copies;
  }
}

/** Of the width of a slot: a longer row would reach into another client's step, a shorter one leave some of it. */
function fitted(values: Float32Array): Float32Array {
  const row = new Float32Array(STEP_WIDTH);
  row.set(values.subarray(0, STEP_WIDTH));
  return row;
}

function allocate(slots: number): Slab {
  const memory = new ArrayBuffer(slots * SLOT_WORDS * 4);
  return {
    words: new Uint32Array(memory),
    floats: new Float32Array(memory),
    doubles: new Float64Array(memory),
  };
}
