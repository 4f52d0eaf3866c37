import type { Readable } from 'node:stream';
import * as zlib from 'node:zlib';

// Zstandard came with Node 22.15; the types are those of 20.
const { createGunzip, createInflate, createBrotliDecompress } = zlib;
const { createZstdDecompress } = zlib as { createZstdDecompress?: typeof createGunzip };
const DECODERS = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  ...(createZstdDecompress && { zstd: createZstdDecompress }),
};

/** A body without the content coding that its header names; null where it names none that is known. */
export function inflate(body: Readable, coding: string | undefined): Readable | null {
  const decoder = DECODERS[coding as keyof typeof DECODERS];
  return decoder === undefined ? null : body.pipe(decoder());
}
