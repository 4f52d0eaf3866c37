import type { ApiSecurity } from '@api-security/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORM_PARSERS } from './form-parsers.js';
import { ODD_FORMS, PAYLOAD } from './odd-forms.js';
import { withSecurity } from './with-security.js';

const ATTACK = "1' or 1=1 --";
const NEIGHBOUR = "Miles O'Brien";
const TYPE = 'multipart/form-data; boundary=B';
const ESCAPED = (text: string) => encodeURIComponent(text).replace(/'/g, '%27');

const CRLF = '\r\n';
const lines = (...each: string[]) => each.join(CRLF) + CRLF;
const part = (disposition: string, content: string, ...headers: string[]) =>
  lines('--B', `Content-Disposition: form-data; ${disposition}`, ...headers, '', content);

/** Bodies that hold a text where parsers differ in whether, and how, they find it. */
const SHAPES: Readonly<Record<string, (text: string) => string>> = {
  'a field': (text) => `${part('name="a"', text)}--B--\r\n`,
  'the name of a field': (text) => `${part(`name="${text}"`, 'tea')}--B--\r\n`,
  'a name with quotes in it': (text) => `${part(`name="a\\"${text}\\"b"`, 'tea')}--B--\r\n`,
  'a name without quotes': (text) => `${part(`name=${text}`, 'tea')}--B--\r\n`,
  'a file name': (text) => `${part(`name="a"; filename="${text}.txt"`, 'tea')}--B--\r\n`,
  'a file name with a path': (text) => `${part(`name="a"; filename="C:\\x\\${text}"`, 'tea')}--B--\r\n`,
  'an extended file name': (text) => `${part(`name="a"; filename*=utf-8''${ESCAPED(text)}`, 'tea')}--B--\r\n`,
  'an extended file name in Latin-1': (text) =>
    `${part(`name="a"; filename="x"; filename*=iso-8859-1'en'${ESCAPED(text)}`, 'tea')}--B--\r\n`,
  'an extended name': (text) => `${part(`name="a"; name*=utf-8''${ESCAPED(text)}`, 'tea')}--B--\r\n`,
  'the first of two names': (text) => `${part(`name="${text}"; name="a"`, 'tea')}--B--\r\n`,
  'the last of two names': (text) => `${part(`name="a"; name="${text}"`, 'tea')}--B--\r\n`,
  'the first of two file names': (text) => `${part(`name="a"; filename="${text}"; filename="b"`, 'tea')}--B--\r\n`,
  'the last of two file names': (text) => `${part(`name="a"; filename="b"; filename="${text}"`, 'tea')}--B--\r\n`,
  'the first of two fields of one name': (text) => `${part('name="a"', text)}${part('name="a"', 'tea')}--B--\r\n`,
  'a second disposition': (text) =>
    `${part('name="a"', 'tea', `Content-Disposition: form-data; name="${text}"`)}--B--\r\n`,
  'a folded header': (text) => `${part(`name="a";\r\n filename="${text}"`, 'tea')}--B--\r\n`,
  'a field without the last boundary': (text) => part('name="a"', text),
  'a field whose last boundary is cut off': (text) => `${part('name="a"', text)}--B`,
  'a body with LF alone': (text) => `${part('name="a"', text)}--B--\r\n`.replaceAll(CRLF, '\n'),
  'headers with LF alone': (text) => `--B\r\nContent-Disposition: form-data; name="a"\n\n${text}\r\n--B--\r\n`,
  'the preamble': (text) => `${text}\r\n${part('name="a"', 'tea')}--B--\r\n`,
  'a field behind a preamble': (text) => `preamble\r\n${part('name="a"', text)}--B--\r\n`,
  'the epilogue': (text) => `${part('name="a"', 'tea')}--B--\r\n${text}`,
  'a field behind the last boundary': (text) => `${part('name="a"', 'tea')}--B--\r\n${part('name="b"', text)}--B--\r\n`,
  'a field behind an odd boundary': (text) =>
    `--B \r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n--B--`,
  'the text of a file': (text) => `${part('name="a"; filename="b.txt"', text, 'Content-Type: text/plain')}--B--\r\n`,
  'a file that says it is binary': (text) =>
    `${part('name="a"; filename="b"', text, 'Content-Type: application/octet-stream')}--B--\r\n`,
  'the type of a part': (text) => `${part('name="a"; filename="b"', 'tea', `Content-Type: ${text}`)}--B--\r\n`,
  'a field in base64': (text) =>
    `${part('name="a"', Buffer.from(text).toString('base64'), 'Content-Transfer-Encoding: base64')}--B--\r\n`,
  'a field in UTF-16': (text) => `${part('name="a"', text, 'Content-Type: text/plain; charset=utf-16le')}--B--\r\n`,
};

const levelOf = async (security: ApiSecurity, body: Buffer) =>
  (await security.analyze({ method: 'POST', url: '/forms', headers: { 'content-type': TYPE }, body })).level;

describe.each(Object.entries(SHAPES))('a form with a text in %s', (_shape, write) => {
  it('is an attack with one, and none with its near neighbour', async () => {
    await withSecurity({}, async (security) => {
      expect(await levelOf(security, Buffer.from(write(ATTACK)))).toBe('critical');
      expect(await levelOf(security, Buffer.from(write(NEIGHBOUR)))).toBe('low');
    });
  });
});

describe.each(Object.entries(FORM_PARSERS))('of odd forms', (parser, parse) => {
  it(`nothing reaches the app by ${parser} that was not inspected`, async () => {
    await withSecurity({}, async (security) => {
      let attacks = 0;
      await fc.assert(
        fc.asyncProperty(ODD_FORMS, async (body) => {
          const handed = await parse(TYPE, body);
          if (!handed.some((each) => each.includes(PAYLOAD))) return;
          attacks += 1;
          expect(await levelOf(security, body)).toBe('critical');
        }),
        { numRuns: 500 },
      );
      // A parser that refuses every form would prove nothing.
      expect(attacks).toBeGreaterThan(5);
    });
  });
});
