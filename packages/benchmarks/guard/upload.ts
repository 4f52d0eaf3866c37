import type { TrafficSource } from './traffic.js';

export type UploadKind = 'JSON' | 'octet-stream' | 'multipart';

const BOUNDARY = '----bench7MA4YWxkTrZu0gW';

/** A request with a body about so many bytes long. JSON is for the app's parser; of the others the app counts the bytes. */
export function uploadOf(kind: UploadKind, bytes: number, source: TrafficSource): Buffer {
  if (kind === 'JSON') return source.posts(1, bytes).requests[0] as Buffer;
  const file = source.bytes(bytes);
  if (kind === 'octet-stream') return put('application/octet-stream', file);
  const fieldHead = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="note"\r\n\r\n${source.phrase()}\r\n`;
  const fileHead = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="photo"; filename="chair.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(fieldHead + fileHead), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  return put(`multipart/form-data; boundary=${BOUNDARY}`, body);
}

function put(type: string, body: Buffer): Buffer {
  const head = `PUT /api/files/chair HTTP/1.1\r\nhost: shop.example\r\nx-forwarded-for: 203.0.114.250\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
