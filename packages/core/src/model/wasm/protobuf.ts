import { malformed, unsupported } from './malformed.js';

/** One field of a protobuf message. */
export interface ProtobufField {
  readonly number: number;
  /** A varint's value, as the 64 bits of a signed number, rounded beyond 2^53; 0 for other kinds. */
  readonly integer: number;
  /** What a length-delimited or fixed-size field holds, a view; empty for a varint. */
  readonly bytes: Uint8Array;
}

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;
const NOTHING = new Uint8Array(0);
/** Bytes of the longest varint. */
const LONGEST_VARINT = 10;
/** Digits of 7 bits in the lower half of a number, and bits of either half. */
const LOW_DIGITS = 4;
const LOW_BITS = 7 * LOW_DIGITS;
const HIGH_BITS = 64 - LOW_BITS;
/** Fields of one message, and bytes of one packed list, at most: dozens of times what the shipped graphs have. */
const MOST_FIELDS = 10_000;
const LONGEST_LIST = 1_024;

/**
 * The fields of a message, in file order. Total: any bytes give fields or an error, in one pass.
 *
 * @throws `API_SECURITY_MODEL_LOAD_FAILED`; `API_SECURITY_MODEL_UNSUPPORTED` where there are more than any graph of ours has
 */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  const cursor = { at: 0 };
  for (let count = 0; cursor.at < message.length; count++) {
    if (count === MOST_FIELDS) throw unsupported('the graph is far longer than theirs');
    const tag = readVarint(message, cursor);
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        yield { number, integer: readVarint(message, cursor), bytes: NOTHING };
        break;
      case FIXED_64:
        yield { number, integer: 0, bytes: take(message, cursor, 8) };
        break;
      case DELIMITED:
        yield { number, integer: 0, bytes: take(message, cursor, readVarint(message, cursor)) };
        break;
      case FIXED_32:
        yield { number, integer: 0, bytes: take(message, cursor, 4) };
        break;
      default:
        throw malformed('a field is of no known kind');
    }
  }
}

/**
 * The integers of a repeated field, which writers may pack into one.
 *
 * @throws as {@link fieldsOf}
 */
export function integersOf({ integer, bytes }: ProtobufField): readonly number[] {
  if (bytes === NOTHING) return [integer];
  if (bytes.length > LONGEST_LIST) throw unsupported('a list of numbers is far longer than theirs');
  const integers: number[] = [];
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) integers.push(readVarint(bytes, cursor));
  return integers;
}

const UTF8 = new TextDecoder();

export function textOf({ bytes }: ProtobufField): string {
  return UTF8.decode(bytes);
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  if (!(length >= 0 && length <= message.length - cursor.at)) throw malformed('it ends inside a field');
  cursor.at += length;
  return message.subarray(cursor.at - length, cursor.at);
}

function readVarint(message: Uint8Array, cursor: { at: number }): number {
  const byte = message[cursor.at];
  if (byte === undefined || byte >= 0x80) return readLongVarint(message, cursor);
  cursor.at += 1;
  return byte;
}

/** In two halves: shifts reach 32 bits, and `bigint`s would be an object for each digit. */
function readLongVarint(message: Uint8Array, cursor: { at: number }): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < LONGEST_VARINT; i++) {
    const byte = message[cursor.at++];
    if (byte === undefined) throw malformed('it ends inside a number');
    if (i < LOW_DIGITS) low |= (byte & 0x7f) << (7 * i);
    else high += (byte & 0x7f) * 2 ** (7 * (i - LOW_DIGITS));
    if (byte < 0x80) return low + signed(high % 2 ** HIGH_BITS) * 2 ** LOW_BITS;
  }
  throw malformed('a number is too long');
}

function signed(high: number): number {
  return high < 2 ** (HIGH_BITS - 1) ? high : high - 2 ** HIGH_BITS;
}
