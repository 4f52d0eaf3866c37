import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRawRequest } from './raw-request.js';

const parse = (text: string) => parseRawRequest(Buffer.from(text));

describe('a raw request', () => {
  it('has a request line, headers and a body', () => {
    expect(parse('POST /a?b=%27 HTTP/1.1\r\nHost: api.example.com\r\nX-A: 1\r\nx-a:2\r\n\r\n{"a":\r\n\r\n1}')).toEqual({
      method: 'POST',
      url: '/a?b=%27',
      headers: { host: ['api.example.com'], 'x-a': ['1', '2'] },
      body: Buffer.from('{"a":\r\n\r\n1}'),
    });
  });

  it('may have LF alone, blank lines before it, no version, no headers and no blank line', () => {
    expect(parse('\n\nGET /a')).toEqual({ method: 'GET', url: '/a', headers: {} });
    expect(parse('GET /a HTTP/1.1\nhost: b\n')).toEqual({ method: 'GET', url: '/a', headers: { host: ['b'] } });
    expect(parse('GET /a HTTP/1.1\n\n')).toEqual({ method: 'GET', url: '/a', headers: {} });
  });

  it('keeps spaces in its target, takes a header that goes on, and names the host of an absolute target', () => {
    expect(parse("GET http://b.example/a?q=1' OR 1 HTTP/1.1\nX-A: one\n two\n\n")).toEqual({
      method: 'GET',
      url: "/a?q=1' OR 1",
      headers: { host: ['b.example'], 'x-a': ['one two'] },
    });
  });

  it('loses the line break that an editor adds', () => {
    expect(parse('POST /a HTTP/1.1\nContent-Length: 3\n\na=1\n')).toMatchObject({ body: Buffer.from('a=1') });
  });

  it('keeps bytes that are no text', () => {
    const body = Buffer.from([0, 255, 10, 13]);
    expect(parseRawRequest(Buffer.concat([Buffer.from('PUT /a HTTP/1.1\n\n'), body]))).toMatchObject({ body });
  });

  it.each([
    ['', 'request line'],
    ['/only/a/path', 'request line'],
    ['GET', 'request line'],
    ['<html> is not', 'request line'],
    ['GET /a HTTP/1.1\nno header here\n\n', '"no header here" is no header'],
  ])('is not %j', (text, reason) => {
    expect(parse(text)).toContain(reason);
  });

  it('is a request or a reason, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const request = parseRawRequest(Buffer.from(bytes));
        expect(typeof request === 'string' || request.method !== '').toBe(true);
      }),
    );
  });
});
