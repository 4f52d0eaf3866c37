import { describe, expect, it } from 'vitest';
import { formatOf } from './body-format.js';

describe('formatOf', () => {
  it.each([
    ['application/json', 'json'],
    ['application/problem+json', 'json'],
    ['application/x-amz-json-1.1', 'json'],
    ['text/json', 'json'],
    ['application/x-ndjson', 'json-lines'],
    ['application/jsonl', 'json-lines'],
    ['application/x-www-form-urlencoded', 'form'],
    ['multipart/form-data', 'multipart'],
    ['multipart/related', 'multipart'],
    ['application/graphql', 'graphql'],
    ['text/xml', 'xml'],
    ['application/soap+xml', 'xml'],
    ['image/svg+xml', 'xml'],
    ['text/plain', 'text'],
    ['text/html', 'text'],
    ['image/png', 'unknown'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'unknown'],
    ['', 'unknown'],
    ['nonsense', 'unknown'],
  ])('reads %j as %s', (mediaType, format) => {
    expect(formatOf(mediaType)).toBe(format);
  });
});
