/** How much of one request is taken apart. What is beyond a limit is not inspected and is marked, never dropped silently. */
export interface ContentLimits {
  /** Containers inside containers that have a place of their own. Deeper strings are still read, under the place of their ancestor. */
  readonly depth: number;
  /** Distinct values of one request. */
  readonly values: number;
  /** Object keys, parameters, elements and attributes whose names are looked at, per body. */
  readonly keys: number;
  /** Parts of a multipart body. */
  readonly parts: number;
  /** Characters of one value; of a longer one the head and the tail are kept, half each. */
  readonly valueChars: number;
  /** Windows of one request that the content tower reads. */
  readonly windows: number;
}

/** Chosen so that of the recorded API traffic in training nothing is cut but files in base64, and to 64 KiB of model input at most. */
export const DEFAULT_CONTENT_LIMITS: ContentLimits = Object.freeze({
  depth: 32,
  values: 2000,
  keys: 2000,
  parts: 200,
  valueChars: 65_536,
  windows: 256,
});
