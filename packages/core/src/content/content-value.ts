/**
 * Kinds of places, in the order of the model's place embedding: the index is the number the content tower reads.
 * Part of the content schema: change it only with {@link CONTENT_SCHEMA}.
 */
export const PLACE_KINDS = ['path', 'query', 'body', 'header', 'cookie', 'key', 'filename', 'raw'] as const;

/** Where in a request a value stood, coarsely. `raw` is a piece of a body that could not be, or was not, taken apart. */
export type PlaceKind = (typeof PLACE_KINDS)[number];

/** Name and version of what the content tower reads: names, bytes, windows and places. Written into the manifest of each content model. */
export const CONTENT_SCHEMA = 'content/2';

/**
 * One value of a request with its place. `text` is what the container's own syntax left (a JSON string without its quotes
 * and escapes, a query value still percent-encoded): decoding is the next step's work.
 */
export interface ContentValue {
  /** Readable, exact place: `path`, `path[2]`, `query.id`, `body.user.name`, `header.user-agent`, `cookie.session`, `body.items[3].key`. */
  readonly place: string;
  readonly kind: PlaceKind;
  /**
   * What the value is called where it stands, as `valueName` makes it: a parameter's, field's, header's, cookie's, element's
   * or attribute's name, a JSON leaf's nearest key. Empty where nothing is: paths, whole bodies, keys.
   */
  readonly name: string;
  readonly text: string;
}

/** One encoding that was taken off a value. */
export type DecodeStep =
  | 'percent'
  | 'percent-u'
  | 'html'
  | 'unicode-escape'
  | 'hex-escape'
  | 'overlong-utf8'
  | 'nfkc'
  | 'base64'
  | 'quoted-printable'
  | 'plus';

/** A value after decoding to a fixed point. */
export interface DecodedValue extends ContentValue {
  /** The text with every layer of encoding taken off, in at most five rounds. Equals `text` when nothing was encoded. */
  readonly decoded: string;
  /** The layers that were taken off, outermost first. */
  readonly chain: readonly DecodeStep[];
  /** As `charactersOf` the decoded text. */
  readonly characters: number;
  /** Whether triage lets it pass: see `isPlain`. */
  readonly plain: boolean;
}

/** A string that is equal for values that the content tower cannot tell apart, and only for those: no name can imitate a text. */
export function contentKey(kind: PlaceKind, name: string, text: string): string {
  return `${kind} ${name.length} ${name}${text}`;
}
