import { type MaybePromise, whenKnown } from '../maybe-promise.js';
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
 * What is known of a request's body at this moment: the bytes that the tap saw, content codings taken off, and what the
 * host's parser made of it. What of it was not seen or could not be decoded is marked. Never rejects; at once where there is no
 * coding to take off.
 *
 * @param parsed - the host's parsed body; undefined when no parser has run
 * @param marks - `body-bytes` and `encoding` are added to it
 * @returns null when the request has no body
 */
export function observedBody(
  tap: BodyTap,
  request: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> },
  parsed: unknown,
  marks: OpenMarks,
): MaybePromise<ObservedBody | null> {
  const { bytes, headBytes, cut } = tap.seen();
  if (tap.complete && bytes.length === 0 && parsed === undefined) return null;
  const { mediaType, parameters } = parseMediaType(headerText(request.headers['content-type']));
  // A body that was read before us is known by what the parser made of it; of multipart that leaves out the files.
  const known = tap.missed ? parsed !== undefined && !mediaType.startsWith('multipart/') : tap.complete && !cut;
  if (!known) marks.truncated.add('body-bytes');
  const coding = headerText(request.headers['content-encoding']);
  if (bytes.length === 0) {
    const inflated = coding === '' ? null : stillCoded(parsed, coding, tap.limitBytes);
    return whenKnown(inflated, (raw) => ({ mediaType, parameters, raw, headBytes: raw?.length ?? 0, parsed }));
  }
  const seen = { bytes, headBytes };
  return whenKnown(coding === '' ? seen : decoded(seen, coding, tap.limitBytes, marks), (plain) => {
    const made = madeOf(plain, parsed, tap.limitBytes, marks);
    return { mediaType, parameters, raw: plain.bytes, headBytes: plain.headBytes, parsed: made };
  });
}

/** What a parser made of bytes that came; undefined where it handed the same bytes over. Others, decrypted perhaps, are cut to the limit. */
function madeOf({ bytes, headBytes }: Bytes, parsed: unknown, limitBytes: number, marks: OpenMarks): unknown {
  if (!(parsed instanceof Uint8Array)) return parsed;
  const made = Buffer.from(parsed.buffer, parsed.byteOffset, Math.min(parsed.length, limitBytes));
  const isAlike = made.subarray(0, headBytes).equals(bytes.subarray(0, headBytes));
  if (isAlike && (made.length === headBytes || marks.truncated.has('body-bytes'))) return undefined;
  if (made.length < parsed.length) marks.truncated.add('body-bytes');
  return made;
}

/** What a parser handed over as bytes without taking the content codings off; null for what is none of that. */
async function stillCoded(parsed: unknown, coding: string, limitBytes: number): Promise<Buffer | null> {
  if (!(parsed instanceof Uint8Array)) return null;
  const inflated = await inflateBody(Buffer.from(parsed.buffer, parsed.byteOffset, parsed.length), coding, limitBytes);
  return inflated?.outcome === 'whole' && inflated.bytes.length > 0 ? inflated.bytes : null;
}

/** Without its content codings; as it is when they are unknown or a lie. Only the head of a cut body can be decoded. */
async function decoded(body: Bytes, coding: string, limitBytes: number, marks: OpenMarks): Promise<Bytes> {
  const inflated = await inflateBody(body.bytes.subarray(0, body.headBytes), coding, limitBytes);
  const empty = inflated === null || inflated.bytes.length === 0;
  if (empty || inflated.outcome === 'broken') marks.unparsed.add('encoding');
  if (inflated?.outcome === 'cut') marks.truncated.add('body-bytes');
  if (empty) return body;
  return { bytes: inflated.bytes, headBytes: inflated.bytes.length };
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}
