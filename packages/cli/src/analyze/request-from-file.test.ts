import { describe, expect, it } from 'vitest';
import { requestFromFile } from './request-from-file.js';

const read = (text: string) => requestFromFile(Buffer.from(text));

describe('a request from a file', () => {
  it('is a raw request', () => {
    expect(read('GET /a HTTP/1.1\n\n')).toMatchObject({ method: 'GET', url: '/a' });
  });

  it('is a description', () => {
    expect(read('\ufeff {"method":"POST","url":"/a","body":{"b":1}}')).toEqual({
      method: 'POST',
      url: '/a',
      body: { b: 1 },
    });
  });

  it('is a record of a labelled file', () => {
    expect(read('{"method":"GET","path":"/a","headers":{},"body":null,"label":"attack"}')).toEqual({
      method: 'GET',
      url: '/a',
      headers: {},
    });
    expect(read('{"payload":"a b","label":"attack"}')).toMatchObject({ url: '/search?q=a%20b' });
  });

  it('is no two objects, no broken one and no prose', () => {
    expect(read('{"method":"GET","url":"/"}\n{}')).toBe('not one JSON object');
    expect(read('{"method":')).toBe('not one JSON object');
    expect(read('hello')).toContain('request line');
  });
});
