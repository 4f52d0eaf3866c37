import zlib from 'node:zlib';
import type { Sent } from '../http-client.js';

/** How a body can travel: name → the same request, sent that way. */
export const BODY_ENCODINGS: Readonly<Record<string, (sent: Sent) => Sent>> = {
  identity: (sent) => sent,
  chunked: (sent) => ({ ...sent, chunked: true, pieceBytes: 64 }),
  gzip: (sent) => coded(sent, 'gzip', zlib.gzipSync),
  br: (sent) => coded(sent, 'br', zlib.brotliCompressSync),
  deflate: (sent) => coded(sent, 'deflate', zlib.deflateSync),
  ...withZstd(),
};

function coded(sent: Sent, coding: string, compress: (bytes: Buffer) => Buffer): Sent {
  return {
    ...sent,
    headers: { ...sent.headers, 'content-encoding': coding },
    body: compress(Buffer.from(sent.body ?? '')),
  };
}

/** Node has it from 22.15 on. */
function withZstd(): Record<string, (sent: Sent) => Sent> {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
  return zstdCompressSync === undefined ? {} : { zstd: (sent) => coded(sent, 'zstd', zstdCompressSync) };
}
