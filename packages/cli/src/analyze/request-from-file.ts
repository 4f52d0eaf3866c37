import type { DescribedRequest } from '@api-security/core';
import { describeRecord, parseObject } from '../evaluate/record.js';
import { parseRawRequest } from './raw-request.js';

/**
 * Reads a request from the contents of a file: a raw HTTP request, a JSON object as `analyze()` takes it, or a record of a
 * labelled file (so that a line that `evaluate` lists can be looked at).
 *
 * @returns the request, or why it is none, in a few words
 */
export function requestFromFile(contents: Buffer): DescribedRequest | string {
  const text = contents
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!text.startsWith('{')) return parseRawRequest(contents);
  const fields = parseObject(text);
  if (fields === null) return 'not one JSON object';
  if (fields.has('payload') || (fields.has('path') && !fields.has('url'))) {
    const described = describeRecord(fields, 'query');
    return typeof described === 'string' ? described : described.request;
  }
  // The engine checks the rest and names what is wrong.
  return Object.fromEntries(fields) as unknown as DescribedRequest;
}
