import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS } from './limits.js';
import { readMultipart } from './multipart.js';
import { ValueCollector } from './value-collector.js';

function read(lines: readonly (string | Buffer)[], boundary = 'B', limits = DEFAULT_CONTENT_LIMITS, charset = '') {
  const body = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\r\n')]));
  const into = new ValueCollector(limits);
  const formed = readMultipart(body, boundary, 'body', into, charset);
  return { formed, into, values: into.values.map((value) => `${value.kind} ${value.place}: ${value.text}`) };
}

const field = (name: string, value: string) => ['--B', `Content-Disposition: form-data; name="${name}"`, '', value];

const typed = (name: string, type: string, value: Buffer) => [
  '--B',
  `Content-Disposition: form-data; name="${name}"`,
  `Content-Type: ${type}`,
  '',
  value,
];

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
      'filename body.a.filename: %2e%2e%2fx',
      `header body.a.x-any: \${jndi:ldap://x}`,
      'raw body.a: text',
    ]);
  });

  it('reads of a Content-Disposition what a client would not write', () => {
    const part = ['--B', `Content-Disposition: form-data; name="a"; x="' or 1=1"`, '<script>: x', '', 'y', '--B--'];
    expect(read(part)).toMatchObject({
      formed: true,
      values: [
        `header body.a.content-disposition: form-data; name="a"; x="' or 1=1"`,
        'key body.a.<script>: <script>',
        'body body.a: y',
      ],
    });
  });

  it('joins a header that goes on in the next line, and reads a line that is no header', () => {
    expect(read(['--B', 'Content-Disposition: form-data;', ' name="a"', '', 'x', '--B--'])).toMatchObject({
      formed: true,
      values: ['body body.a: x'],
    });
    expect(read(['--B', 'Content-Disposition: form-data; name="a"', '<script>', '', 'x', '--B--'])).toMatchObject({
      formed: false,
      values: ['header body.a: <script>', 'body body.a: x'],
    });
  });

  it.each([
    ['in the middle of a line', 'x--B'],
    ['followed by more', '--Bx'],
  ])('does not end a part at a delimiter %s', (_, line) => {
    const hidden = [line, 'Content-Disposition: form-data; name="b"', '', "' or 1=1"];
    const text = hidden.join('\r\n');
    expect(read([...field('a', text), '--B--'])).toMatchObject({ formed: true, values: [`body body.a: ${text}`] });
  });

  it('reads a field that is made to look binary', () => {
    const text = "\u0001\u0002' or 1=1";
    expect(read([...field('a', text), '--B--']).values).toEqual([`body body.a: ${text}`]);
    const invalid = Buffer.from("\u00ff\u0001' or 1=1", 'latin1');
    const part = ['--B', 'Content-Disposition: form-data; name="a"', '', invalid, '--B--'];
    expect(read(part).values).toEqual(["body body.a: \u00ff\u0001' or 1=1"]);
    for (const file of ['filename=""', 'filename="x.png', 'filename="x.png"; x="<b>"']) {
      const head = ['--B', `Content-Disposition: form-data; name="a"; ${file}`, 'Content-Type: image/png', ''];
      expect(read([...head, invalid, '--B--']).values.at(-1)).toBe("raw body.a: \u00ff\u0001' or 1=1");
    }
  });

  it('counts binary files, with a file name or as an octet stream', () => {
    const png = Buffer.from('89504e470d0a1a0a00000000', 'hex');
    const named = ['--B', 'Content-Disposition: form-data; name=f; filename=a.png', '', png];
    const stream = ['--B', 'Content-Disposition: form-data; name=g', 'Content-Type: application/octet-stream', '', png];
    const { into, formed } = read([...named, ...stream, '--B--']);
    expect({ formed, binaryBytes: into.binaryBytes }).toEqual({ formed: true, binaryBytes: 2 * png.length });
    expect(read([...field('a', 'x'), '--B--']).into.binaryBytes).toBe(0);
  });

  it('reads a text file in UTF-16', () => {
    const file = [
      '--B',
      'Content-Disposition: form-data; name=f; filename=a.txt',
      '',
      Buffer.from('\ufeff<?php', 'utf16le'),
    ];
    expect(read([...file, '--B--']).values.at(-1)).toBe('raw body.f: <?php');
  });

  it.each([
    ['of the part', [...typed('q', 'text/plain; charset=gbk', Buffer.from('c4e3', 'hex')), '--B--'], ''],
    ['of the whole body', [...typed('q', 'text/plain', Buffer.from('c4e3', 'hex')), '--B--'], 'gbk'],
    [
      'that a field names',
      [...field('_charset_', 'gbk'), ...typed('q', 'text/plain', Buffer.from('c4e3', 'hex')), '--B--'],
      '',
    ],
  ])('reads a field in the charset %s', (_, lines, charset) => {
    expect(read(lines, 'B', DEFAULT_CONTENT_LIMITS, charset).values.at(-1)).toBe('body body.q: 你');
  });

  it('marks a charset that it does not know', () => {
    const { into } = read([...typed('q', 'text/plain; charset=ibm037', Buffer.from('x')), '--B--']);
    expect([...into.unparsed]).toEqual(['charset']);
  });

  it('looks at an encoded part as it is and decoded', () => {
    const part = (coding: string, text: string) => [
      '--B',
      'Content-Disposition: form-data; name="q"',
      `Content-Transfer-Encoding: ${coding}`,
      '',
      text,
      '--B--',
    ];
    expect(read(part('base64', 'Jy0tMQ==')).values).toEqual(['body body.q: Jy0tMQ==', "body body.q~base64: '--1"]);
    expect(read(part('quoted-printable', '=27 or 1=3D1')).values).toEqual([
      'body body.q: =27 or 1=3D1',
      "body body.q~quoted-printable: ' or 1=1",
    ]);
    expect(read(part('binary', '=27')).values).toEqual(['body body.q: =27']);
    const { into } = read(part('base64', Buffer.from('89504e470d0a1a0a00000000', 'hex').toString('base64')));
    expect(into.values[0]?.outer).toEqual([]);
  });

  it('takes a multipart body in a part apart, as deep as two', () => {
    const inner = (boundary: string, content: string) =>
      [`--${boundary}`, 'Content-Disposition: file; filename="x.php"', '', content, `--${boundary}--`].join('\r\n');
    const mixed = (boundary: string, text: string) =>
      typed('files', `multipart/mixed; boundary=${boundary}`, Buffer.from(text));
    expect(read([...mixed('C', inner('C', '<?php ?>')), '--B--'])).toMatchObject({
      formed: true,
      values: ['filename body.files.filename: x.php', 'raw body.files: <?php ?>'],
    });
    expect(read([...mixed('C', 'no parts'), '--B--']).values).toEqual(['body body.files: no parts']);
    const nest = (boundary: string, next: string, text: string) =>
      [`--${boundary}`, `Content-Type: multipart/mixed; boundary=${next}`, '', text, `--${boundary}--`].join('\r\n');
    const deep = nest('C', 'D', nest('D', 'E', inner('E', '<?php ?>')));
    expect(read([...mixed('C', deep), '--B--']).values).toEqual([`body body.files: ${inner('E', '<?php ?>')}`]);
  });

  it('finds the boundary in the body when the type does not name one', () => {
    expect(read([...field('a', 'x'), '--B--'], '')).toMatchObject({ formed: true, values: ['body body.a: x'] });
    expect(read(['no boundary'], '').formed).toBe(false);
    expect(read([...field('a', 'x'), '--B--'], 'other')).toMatchObject({ formed: false, values: ['body body.a: x'] });
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

  it('reads any text of a form that a library wrote', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !/^\ufeff|\u0000|--B/.test(text));
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (values) => {
        const { formed, into } = read([...values.flatMap((value, i) => field(`f${i}`, value)), '--B--']);
        expect(formed).toBe(true);
        const found = new Map(into.values.map((value) => [value.place, value.text]));
        for (const [i, value] of values.entries()) expect(found.get(`body.f${i}`) ?? '').toBe(value);
      }),
    );
  });

  it('looks at the head of a long text file, and marks it', () => {
    const file = ['--B', 'Content-Disposition: form-data; name="f"; filename="a.txt"', '', 'x'.repeat(9000), '--B--'];
    const { into } = read(file);
    expect(into.values.at(-1)?.text).toBe('x'.repeat(4096));
    expect([...into.truncated]).toEqual(['value-chars']);
  });

  it('takes a long binary part for a file that does not say so, and reads a short field with odd bytes', () => {
    const picture = Buffer.concat([
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 167) % 256)),
    ]);
    const long = read(['--B', 'Content-Disposition: form-data; name="file"', '', picture, '--B--']);
    expect(long.values).toEqual([]);
    expect(long.into.binaryBytes).toBe(picture.length);
    const mangled = Buffer.from(picture.toString('utf8'));
    expect(read(['--B', 'Content-Disposition: form-data; name="file"', '', mangled, '--B--']).values).toEqual([]);
    const short = read([
      '--B',
      'Content-Disposition: form-data; name="q"',
      '',
      Buffer.from("\0\x01\xff' or 1=1--", 'latin1'),
      '--B--',
    ]);
    expect(short.values).toHaveLength(1);
  });
});
