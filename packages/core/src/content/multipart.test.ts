import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readMultipart } from './multipart.js';
import { ValueCollector } from './value-collector.js';

function read(lines: readonly (string | Buffer)[], boundary = 'B', limits = DEFAULT_CONTENT_LIMITS) {
  const body = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\r\n')]));
  const into = new ValueCollector(limits);
  const formed = readMultipart(body, boundary, 'body', into);
  return { formed, into, values: into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`) };
}

const field = (name: string, value: string) => ['--B', `Content-Disposition: form-data; name="${name}"`, '', value];

describe('readMultipart', () => {
  it('reads fields, file names and the text of files', () => {
    const upload = [
      '--B',
      'Content-Disposition: form-data; name="avatar"; filename="../../shell.php"',
      'Content-Type: application/x-php',
      '',
      '<?php system($_GET[0]); ?>',
    ];
    expect(read([...field('title', "O'Brien"), ...upload, '--B--'])).toMatchObject({
      formed: true,
      values: [
        "body body.title: O'Brien",
        'filename body.avatar.filename: ../../shell.php',
        'raw body.avatar: <?php system($_GET[0]); ?>',
      ],
    });
  });

  it('calls values, files and file names as the field is called, headers of a part as they are', () => {
    const part = [
      '--B',
      'Content-Disposition: form-data; name="Avatar"; filename="a.txt"',
      'X-Note: <b>',
      '',
      'hello',
      '--B',
      'Content-Disposition: form-data; name="data"',
      'Content-Type: application/json',
      '',
      '["x", {"cmd": "y"}]',
    ];
    const { into } = read([...field('Cmd', 'whoami'), ...part, '--B--']);
    expect(into.values.map(({ name, text }) => `${name}=${text}`)).toEqual([
      'cmd=whoami',
      'avatar=a.txt',
      'x-note=<b>',
      'avatar=hello',
      'data=x',
      'cmd=y',
    ]);
  });

  it('shows of a binary file its name', () => {
    const file = [
      '--B',
      'Content-Disposition: form-data; name=f; filename=a.png',
      '',
      Buffer.from('89504e470d0a1a0a00000000', 'hex'),
      '--B--',
    ];
    expect(read(file).values).toEqual(['filename body.f.filename: a.png']);
  });

  it('shows a serialised object whole, one character per byte', () => {
    const pickle = Buffer.from('\u0080\u0004\u0095cos\nsystem\nR.', 'latin1');
    const file = ['--B', 'Content-Disposition: form-data; name=f; filename=m.pkl', '', pickle, '--B--'];
    expect(read(file).values.at(-1)).toBe('raw body.f: \u0080\u0004\u0095cos\nsystem\nR.');
  });

  it('takes parts in JSON and XML apart', () => {
    const part = (type: string, text: string) => [
      '--B',
      'Content-Disposition: form-data; name="p"',
      `Content-Type: ${type}`,
      '',
      text,
    ];
    expect(read([...part('application/json', '{"a":"<b>"}'), '--B--']).values).toEqual(['body body.p.a: <b>']);
    expect(read([...part('text/xml', '<a>x</a>'), '--B--']).values).toContain('body body.p.a: x');
    expect(read([...part('application/json', 'no json'), '--B--'])).toMatchObject({
      formed: false,
      values: ['body body.p: no json'],
    });
  });

  it('sees every name, odd ones, and odd headers', () => {
    const part = [
      '--B',
      'Content-Disposition: form-data; name="a"; filename="ok.txt"; filename*=UTF-8\'\'%2e%2e%2fx; name="__proto__[x]"',
      'Content-Type: text/plain',
      `X-Any: \${jndi:ldap://x}`,
      '',
      'text',
      '--B--',
    ];
    expect(read(part).values).toEqual([
      'key body.__proto__[x]: __proto__[x]',
      'filename body.a.filename: ok.txt',
      "filename body.a.filename: UTF-8''%2e%2e%2fx",
      `header body.a.x-any: \${jndi:ldap://x}`,
      'raw body.a: text',
    ]);
  });

  it('finds the boundary in the body when the type does not name one', () => {
    expect(read([...field('a', 'x'), '--B--'], '')).toMatchObject({ formed: true, values: ['body body.a: x'] });
    expect(read(['no boundary'], '').formed).toBe(false);
  });

  it('accepts line feeds alone, as some servers do', () => {
    const into = new ValueCollector(DEFAULT_CONTENT_LIMITS);
    expect(
      readMultipart(Buffer.from('--B\nContent-Disposition: form-data; name="a"\n\nx\n--B--'), 'B', 'body', into),
    ).toBe(true);
    expect(into.values).toMatchObject([{ place: 'body.a', text: 'x' }]);
  });

  it.each([
    ['no end', [...field('a', 'x')]],
    ['text before the first part', ['<script>', ...field('a', 'x'), '--B--']],
    ['text behind the last part', [...field('a', 'x'), '--B--', '<script>']],
    ['a part without a name', ['--B', 'Content-Type: text/plain', '', 'x', '--B--']],
    ['a part without headers', ['--B', 'x', '--B--']],
    ['another boundary', ['--C', 'x', '--C--']],
  ])('says that a body with %s is not well formed', (_, lines) => {
    expect(read(lines).formed).toBe(false);
  });

  it('reads as many parts as the limit says, and marks it', () => {
    const { into, values } = read([...field('a', '1'), ...field('b', '2'), '--B--'], 'B', {
      ...DEFAULT_CONTENT_LIMITS,
      parts: 1,
    });
    expect(values).toEqual(['body body.a: 1']);
    expect([...into.truncated]).toEqual(['parts']);
  });

  it('looks at the head of a long text file, and marks it', () => {
    const file = ['--B', 'Content-Disposition: form-data; name="f"; filename="a.txt"', '', 'x'.repeat(9000), '--B--'];
    const { into } = read(file);
    expect(into.values.at(-1)?.text).toBe('x'.repeat(4096));
    expect([...into.truncated]).toEqual(['value-chars']);
  });
});
