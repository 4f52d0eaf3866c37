import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };

/** A body without the content coding that its header names; null where it names none that is known. */
export function inflate(body: Readable, coding: string | undefined): Readable | null {
  const decoder = DECODERS[coding as keyof typeof DECODERS];
  return decoder === undefined ? null : body.pipe(decoder());
}
