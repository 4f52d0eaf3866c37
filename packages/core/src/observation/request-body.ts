import { asUtf8 } from './body-charset.js';
import type { BodyTap } from './body-tap.js';
import { inflateBody } from './inflate-body.js';
import { parseMediaType } from './media-type.js';
import type { ObservedBody, OpenMarks } from './observation.js';

/** A body's bytes as they came, and how many of them are its beginning. */
interface Bytes {
  readonly bytes: Buffer;
  readonly headBytes: number;
}

/**
 * What is known of a request's body at this moment: the bytes that the tap saw, content codings and UTF-16 taken off, and
 * what the host's parser made of it. What of it was not seen or could not be read is marked. Never rejects.
 *
 * @param parsed - the host's parsed body; undefined when no parser has run
 * @param marks - `body-bytes`, `encoding` and `charset` are added to it
 * @returns null when the request has no body
 */
export async function observedBody(
  tap: BodyTap,
  request: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> },
  parsed: unknown,
  marks: OpenMarks,
): Promise<ObservedBody | null> {
  const { bytes, headBytes, cut } = tap.seen();
  const { totalBytes, complete } = tap;
  if (complete && bytes.length === 0 && parsed === undefined) return null;
  const { mediaType, parameters } = parseMediaType(headerText(request.headers['content-type']));
  // A body that was read before us is known by what the parser made of it; of multipart that leaves out the files.
  const known = tap.missed ? parsed !== undefined && !mediaType.startsWith('multipart/') : complete && !cut;
  if (!known) marks.truncated.add('body-bytes');
  if (bytes.length === 0) return { mediaType, parameters, raw: null, headBytes: 0, parsed };
  const coding = headerText(request.headers['content-encoding']);
  const plain =
    coding === '' ? { bytes, headBytes } : await decoded({ bytes, headBytes }, coding, tap.limitBytes, marks);
  const tailOffset = totalBytes - (plain.bytes.length - plain.headBytes);
  const { bytes: raw, headBytes: rawHead } = readable(plain, tailOffset, parameters.get('charset') ?? '', marks);
  return { mediaType, parameters, raw, headBytes: rawHead, parsed };
}

/** Without its content codings; as it is when they are unknown or a lie. Only the head of a cut body can be decoded. */
async function decoded(body: Bytes, coding: string, limitBytes: number, marks: OpenMarks): Promise<Bytes> {
  const inflated = await inflateBody(body.bytes.subarray(0, body.headBytes), coding, limitBytes);
  if (inflated === null || inflated.outcome === 'broken') marks.unparsed.add('encoding');
  if (inflated?.outcome === 'cut') marks.truncated.add('body-bytes');
  if (inflated === null || inflated.bytes.length === 0) return body;
  return { bytes: inflated.bytes, headBytes: inflated.bytes.length };
}

function readable({ bytes, headBytes }: Bytes, tailOffset: number, charset: string, marks: OpenMarks): Bytes {
  const head = asUtf8(bytes.subarray(0, headBytes), charset);
  if (!head.readable) marks.unparsed.add('charset');
  if (headBytes === bytes.length) return { bytes: head.bytes, headBytes: head.bytes.length };
  const tail = asUtf8(bytes.subarray(headBytes), charset, tailOffset);
  return { bytes: Buffer.concat([head.bytes, tail.bytes]), headBytes: head.bytes.length };
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}
