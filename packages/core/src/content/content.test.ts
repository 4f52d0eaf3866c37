import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedBody } from '../observation/observation.js';
import { observationOf, type SampleRequest } from '../testing/sample-observations.js';
import { type Content, readContent } from './content.js';
import { type ContentLimits, DEFAULT_CONTENT_LIMITS } from './limits.js';

function read(request: SampleRequest, limits: Partial<ContentLimits> = {}): Content {
  return readContent(observationOf(request), { ...DEFAULT_CONTENT_LIMITS, ...limits });
}

/** `place: decoded` of each value. */
function shown(content: Content): string[] {
  return content.values.map((value) => `${value.place}: ${value.decoded}`);
}

function readBody(mediaType: string, raw: string | Buffer, rest: Partial<ObservedBody> = {}): Content {
  return read({ body: { mediaType, raw, ...rest } });
}

/** What the body of a request for `/` gives. */
function bodyOf(mediaType: string, raw: string | Buffer, rest: Partial<ObservedBody> = {}): string[] {
  return shown(readBody(mediaType, raw, rest)).slice(1);
}

describe('readContent', () => {
  it('reads path, query, headers, cookies and body in this order', () => {
    const content = read({
      url: '/users/o%27brien?id=1%27%20OR%201=1--&sort=name',
      headers: [
        ['host', 'api.example.com'],
        ['accept', '*/*'],
        ['cookie', 'theme=dark; session="a%20b"'],
        ['x-request-source', 'batch'],
      ],
      body: { mediaType: 'application/json', raw: '{"user":{"name":"Bob","tags":["a","<b>"]}}' },
    });
    expect(shown(content)).toEqual([
      "path: /users/o'brien",
      "path[1]: o'brien",
      "query.id: 1' OR 1=1--",
      'query.sort: name',
      'header.host: api.example.com',
      'cookie.theme: dark',
      'cookie.session: a b',
      'header.x-request-source: batch',
      'body.user.name: Bob',
      'body.user.tags[0]: a',
      'body.user.tags[1]: <b>',
    ]);
    expect(content.values[2]).toMatchObject({
      place: 'query.id',
      kind: 'query',
      name: 'id',
      text: '1%27%20OR%201=1--',
      decoded: "1' OR 1=1--",
      chain: ['percent'],
    });
    expect(content.truncated.size + content.unparsed.size).toBe(0);
  });

  it.each<[string, SampleRequest, string[]]>([
    ['a query', { url: '/a%20b?Cmd=whoami&%75rl=x&a.b[c]=y' }, ['', '', 'cmd', 'url', 'a.b[c]']],
    [
      'headers and cookies',
      {
        headers: [
          ['cookie', 'Theme="dark"; b'],
          ['x-request-source', 'batch'],
          [':authority', 'api.example.com'],
          ['authorization', "it's"],
        ],
      },
      ['', 'theme', '', 'x-request-source', 'host', 'authorization'],
    ],
    [
      'JSON',
      {
        body: {
          mediaType: 'application/json',
          raw: '{"a.b":{"Sku":["x",{"y":"z"},"w"]},"":"v","__proto__":{"u":"t"}}',
        },
      },
      ['', 'sku', 'y', 'sku', '', '', 'u'],
    ],
    ['an array at the root', { body: { mediaType: 'application/json', raw: '["x",["y"]]' } }, ['', '', '']],
    [
      'what the host parsed',
      { body: { mediaType: 'application/json', raw: null, parsed: { items: [{ sku: 'x' }, 'y'] } } },
      ['', 'sku', 'items'],
    ],
    [
      'JSON in a string',
      { body: { mediaType: 'application/x-www-form-urlencoded', raw: 'state=["x",{"deep":"y"}]' } },
      ['', 'state', 'state', 'deep'],
    ],
    [
      'base64',
      { url: `/?next=${Buffer.from('<script>alert(1)</script>').toString('base64url')}` },
      ['', 'next', 'next'],
    ],
    [
      'XML',
      { body: { mediaType: 'application/xml', raw: '<Order><item Id="7">x<b/>y</item><!-- z --></Order>' } },
      ['', '', 'id', 'item', 'item', 'order'],
    ],
    ['a body without names', { body: { mediaType: 'text/plain', raw: 'whoami' } }, ['', '']],
  ])('calls each value what it is called in %s', (_, request, names) => {
    expect(read(request).values.map((value) => value.name)).toEqual(names);
  });

  it('calls what is too deep for a place by the last key that was read', () => {
    const raw = '{"a":{"b":{"cmd":["x",["y"]]}},"c":"z"}';
    const content = read({ body: { mediaType: 'application/json', raw } }, { depth: 2 });
    expect(content.values.map(({ name, text }) => `${name}=${text}`)).toEqual(['=/', 'cmd=x', 'cmd=y', 'c=z']);
  });

  it('counts the bytes that it read', () => {
    const content = read({ url: '/a?b=c', headers: [['host', 'x']], body: { mediaType: 'text/plain', raw: 'hello' } });
    expect(content.inspectedBytes).toBe('/a'.length + 'b=c'.length + 'hostx'.length + 'hello'.length);
  });

  it('folds equal decoded texts of one kind and name to the first, and keeps them apart under others', () => {
    const content = read({ url: '/?a=%3Cb%3E&A=<b>&b=<b>', headers: [['x-a', '<b>']] });
    expect(shown(content)).toEqual(['path: /', 'query.a: <b>', 'query.b: <b>', 'header.x-a: <b>']);
  });

  it('joins a repeated parameter as well as looking at each', () => {
    expect(shown(read({ url: '/?id=1/*&id=*/union&id=&x=1' })).slice(1)).toEqual([
      'query.id: 1/*',
      'query.id: */union',
      'query.x: 1',
      'query.id: 1/*,*/union',
    ]);
  });

  it('gives odd keys as values and ordinary ones not', () => {
    const content = read({ url: '/?user[$ne]=1&filter[name]=x&__proto__[admin]=1&page=2&a%5B%24gt%5D=3' });
    expect(
      content.values.filter((value) => value.kind === 'key').map((value) => `${value.place}: ${value.decoded}`),
    ).toEqual(['query.user[$ne]: user[$ne]', 'query.__proto__[admin]: __proto__[admin]', 'query.a[$gt]: a[$gt]']);
  });
});

describe('readContent of JSON', () => {
  it('shows the shape that stands under an odd key', () => {
    expect(
      bodyOf(
        'application/json',
        '{"a":{"$ne":null},"b":{"$gt":""},"c":{"$in":["x"]},"d":{"$gt":5},"e":{"$regex":"^a"},"__proto__":{"admin":true},"constructor":"Ferrari"}',
      ),
    ).toEqual([
      'body.a.$ne: $ne: null',
      'body.b.$gt: $gt: ""',
      'body.c.$in: $in: [',
      'body.c.$in[0]: x',
      'body.d.$gt: $gt: 0',
      'body.e.$regex: $regex: "',
      'body.e.$regex: ^a',
      'body.__proto__: __proto__: {',
      'body.constructor: constructor: "',
      'body.constructor: Ferrari',
    ]);
  });

  it('reads the first and the last of a duplicate key', () => {
    expect(bodyOf('application/json', '{"q":"<script>","q":"ok"}', { parsed: { q: 'ok' } })).toEqual([
      'body.q: ok',
      'body.q: <script>',
    ]);
  });

  it('reads what the host parsed where the bytes are not there', () => {
    const parsed: Record<string, unknown> = { a: 'x', list: [{ b: "'" }], when: new Date(0), n: 1 };
    parsed.self = parsed;
    const content = read({ body: { mediaType: 'application/json', parsed } });
    expect(shown(content).slice(1)).toEqual(['body.a: x', "body.list[0].b: '"]);
  });

  it('marks what the host parsed when it cannot be walked', () => {
    const parsed = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect([...read({ body: { mediaType: 'application/json', parsed } }).unparsed]).toEqual(['json']);
  });

  it('inspects the raw text when it is no JSON, and marks it', () => {
    const content = readBody('application/json', "{'a': \"1' or 1=1\"}");
    expect([...content.unparsed]).toEqual(['json']);
    expect(shown(content)).toEqual(expect.arrayContaining(["body: 1' or 1=1", "body: {'a': \"1' or 1=1\"}"].slice(1)));
    expect(content.values.some((value) => value.kind === 'raw')).toBe(true);
  });

  it('reads every line of NDJSON', () => {
    const content = readBody('application/x-ndjson', '{"a":"x"}\n{"a":"y"}\n');
    expect(shown(content).slice(1)).toEqual(['body.a: x', 'body.a: y']);
    expect(content.unparsed.size).toBe(0);
    expect([...readBody('application/json', '{"a":"x"}\n{"a":"y"}\n').unparsed]).toEqual(['json']);
  });

  it('reads strings below the depth limit under their ancestor, and marks it', () => {
    const content = read(
      { body: { mediaType: 'application/json', raw: '{"a":{"b":{"c":{"d":"deep"}},"e":"up"}}' } },
      { depth: 2 },
    );
    expect(shown(content).slice(1)).toEqual(['body.a: deep', 'body.a.e: up']);
    expect([...content.truncated]).toEqual(['depth']);
  });

  it('looks at as many keys as the limit says, and marks it', () => {
    const content = read({ body: { mediaType: 'application/json', raw: '{"$a":1,"$b":2,"$c":3}' } }, { keys: 2 });
    expect(shown(content).slice(1)).toEqual(['body.$a: $a: 0', 'body.$b: $b: 0']);
    expect([...content.truncated]).toEqual(['keys']);
  });

  it('keeps as many values as the limit says, and marks it', () => {
    const raw = JSON.stringify(Array.from({ length: 50 }, (_, i) => `v${i}`));
    const content = read({ body: { mediaType: 'application/json', raw } }, { values: 10 });
    expect(content.values.length).toBe(10);
    expect([...content.truncated]).toEqual(['values']);
    expect(content.unparsed.size).toBe(0);
  });

  it('keeps head and tail of a long value, and marks it', () => {
    const content = read({ body: { mediaType: 'text/plain', raw: `head${'x'.repeat(100)}tail` } }, { valueChars: 8 });
    expect(shown(content)[1]).toBe('body: head\ntail');
    expect([...content.truncated]).toEqual(['value-chars']);
  });

  it('reads head and tail of a body that was cut', () => {
    const raw = '{"a":"first","b":"cut he' + 'ail","z":"<script>"}';
    const content = readBody('application/json', raw, { headBytes: 24 });
    expect(shown(content).slice(1)).toEqual(['body.a: first', 'body.b: cut he', 'body~tail: ail","z":"<script>"}']);
    expect([...content.truncated]).toEqual(['body-bytes']);
    expect(content.unparsed.size).toBe(0);
  });

  it('reads bytes that a parser made of a body beside those that came', () => {
    const parsed = Buffer.from('{"note":"tea"}');
    expect(bodyOf('application/json', '{"jwe":"x y"}', { parsed })).toEqual(['body.note: tea', 'body.jwe: x y']);
    expect(bodyOf('application/json', 'x y', { parsed })).toEqual(['body.note: tea', 'body: x y']);
  });
});

describe('readContent of other bodies', () => {
  it('reads forms', () => {
    const content = readBody('application/x-www-form-urlencoded', 'name=O%27Brien&q=a+b%2Bc&items%5B%24where%5D=1');
    expect(shown(content).slice(1)).toEqual([
      "body.name: O'Brien",
      'body.q: a b+c',
      'body.items[$where]: items[$where]',
      'body.items[$where]: 1',
    ]);
    expect(content.unparsed.size).toBe(0);
  });

  it('marks forms that are something else, and reads what they are', () => {
    const json = readBody('application/x-www-form-urlencoded', '{"a":"<b>"}');
    expect(shown(json).slice(1)).toEqual(['body.a: <b>']);
    expect([...json.unparsed]).toEqual(['form']);
    const xml = readBody('application/x-www-form-urlencoded', '<a>x</a>');
    expect(shown(xml)).toContain('body.a: x');
    expect([...xml.unparsed]).toEqual(['form']);
  });

  it('judges bodies without a type by how they begin', () => {
    expect(bodyOf('', '{"a":"x"}')).toEqual(['body.a: x']);
    expect(bodyOf('', 'a=x&b=y')).toEqual(['body.a: x', 'body.b: y']);
    expect(bodyOf('', '<a>x</a>')).toEqual(['body: <a>x</a>', 'body.a: x']);
    expect(bodyOf('application/octet-stream', 'hello there')).toEqual(['body: hello there']);
    expect(bodyOf('text/plain', '{"a":"x"}')).toEqual(['body.a: x']);
    expect(bodyOf('text/plain', 'just text')).toEqual(['body: just text']);
  });

  it('recognises binary content and makes no values of it', () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(400, '\u0001')]);
    for (const type of ['image/png', '', 'application/octet-stream']) {
      const content = readBody(type, png);
      expect(content.values.slice(1)).toEqual([]);
      expect(content).toMatchObject({ binaryBytes: png.length, inspectedBytes: '/'.length });
    }
    expect(readBody('application/octet-stream', 'hello there').binaryBytes).toBe(0);
  });

  it('does not force compressed data into text where JSON should be, and marks it', () => {
    const gzipped = gzipSync(Buffer.from(Array.from({ length: 500 }, (_, i) => (i * i * 7919 + (i >> 3)) % 256)));
    const content = readBody('application/json', gzipped);
    expect(shown(content).slice(1)).toEqual([]);
    expect([...content.unparsed]).toEqual(['json']);
    expect(content.binaryBytes).toBe(gzipped.length);
    const odd = readBody('application/json', '{"q":"\u0001\u0002\' or 1=1"}');
    expect(shown(odd)).toContain("body.q: \u0001\u0002' or 1=1");
  });

  it('counts the binary end of a body that was cut', () => {
    const raw = Buffer.concat([Buffer.from('{"a":"x"}'), Buffer.alloc(400, '\u0001')]);
    expect(readBody('application/json', raw, { headBytes: 9 }).binaryBytes).toBe(400);
  });

  it('reads of a form that was cut off everything but its binary files', () => {
    const noise = gzipSync(Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 7919 + (i >> 3)) % 256)));
    const file = '\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n';
    const raw = Buffer.concat([
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n' or 1=1${file}`),
      noise,
    ]);
    const content = readBody('multipart/form-data', raw, { parameters: new Map([['boundary', 'x']]) });
    expect(shown(content).slice(1)).toEqual(["body.q: ' or 1=1", 'body.f.filename: a.png']);
    expect([...content.unparsed]).toEqual(['multipart']);
    expect(content.binaryBytes).toBe(noise.length);
  });

  it('takes a text or bytes apart that the host only collected', () => {
    const xml = '<a><b>x</b></a>';
    for (const parsed of [xml, Buffer.from(xml), new Uint8Array(Buffer.from(xml)), Buffer.from(xml, 'utf16le')]) {
      const content = read({ body: { mediaType: 'application/xml', parsed } });
      expect(shown(content)).toContain('body.a.b: x');
      expect(content.unparsed.size).toBe(0);
    }
    const string = read({ body: { mediaType: 'application/json', parsed: 'a string' } });
    expect(shown(string).slice(1)).toEqual(['body: a string']);
    expect(string.unparsed.size).toBe(0);
  });

  it('does not let a magic number hide a script', () => {
    expect(bodyOf('image/gif', 'GIF89a;\n<?php system($_GET["cmd"]); ?>')).toEqual([
      'body: GIF89a;\n<?php system($_GET["cmd"]); ?>',
    ]);
  });

  it('reads serialised objects one character per byte', () => {
    const java = Buffer.concat([Buffer.from('aced00057372', 'hex'), Buffer.from('\u0000\u0011java.util.HashMap')]);
    expect(bodyOf('application/x-java-serialized-object', java)[0]).toContain('java.util.HashMap');
  });

  it('reads the charset that the request names, and marks one that it does not know', () => {
    const utf16 = Buffer.from('\ufeff<a>é</a>', 'utf16le');
    expect(bodyOf('application/xml', utf16)).toContain('body.a: é');
    const latin1 = Buffer.from('{"a":"é<"}', 'latin1');
    expect(bodyOf('application/json', latin1, { parameters: new Map([['charset', 'iso-8859-1']]) })).toEqual([
      'body.a: é<',
    ]);
    expect(bodyOf('application/json', latin1)).toEqual(['body.a: é<']);
    const odd = readBody('application/json', '{"a":"x"}', { parameters: new Map([['charset', 'ibm037']]) });
    expect([...odd.unparsed]).toEqual(['charset']);
  });

  it.each(['utf-16le', 'utf-16', 'UTF-8', ''])('reads JSON in UTF-16 under the label %j', (charset) => {
    const content = readBody('application/json', Buffer.from('{"q":"<b>"}', 'utf16le'), {
      parameters: new Map([['charset', charset]]),
    });
    expect(shown(content).slice(1)).toEqual(['body.q: <b>']);
    expect(content.unparsed.size).toBe(0);
  });

  it('reads a body in ASCII under the label of UTF-16, and marks it', () => {
    const parameters = new Map([['charset', 'utf-16']]);
    const content = readBody('application/x-www-form-urlencoded', "q=' or 1=1", { parameters });
    expect(shown(content).slice(1)).toEqual(["body.q: ' or 1=1"]);
    expect([...content.unparsed]).toEqual(['charset']);
  });

  it('reads UTF-7 both ways, and marks it', () => {
    const content = readBody('application/json', '{"q":"+ADw-script+AD4-"}', {
      parameters: new Map([['charset', 'utf-7']]),
    });
    expect(shown(content).slice(1)).toEqual(['body.q: +ADw-script+AD4-', 'body.q: <script>']);
    expect([...content.unparsed]).toEqual(['charset']);
  });

  it('reads both ends of a body in UTF-16 that was cut in the middle of a character', () => {
    const text = `<a>${'y'.repeat(50)}</a>`;
    const bytes = Buffer.from(text, 'utf16le');
    const raw = Buffer.concat([bytes.subarray(0, 21), bytes.subarray(bytes.length - 31)]);
    const content = readBody('text/xml', raw, { headBytes: 21 });
    expect(shown(content)).toEqual(
      ['/', '<a>yyyyyyy', 'yyyyyyy', `${'y'.repeat(11)}</a>`].map(
        (value, i) => `${['path', 'body', 'body.a', 'body~tail'][i]}: ${value}`,
      ),
    );
    expect(content.unparsed.size).toBe(0);
  });

  it('reads XML in the encoding that it declares', () => {
    const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>`;
    const utf7 = readBody('text/xml', `${declared('utf-7')}+ADw-a+AD4-+ADw-b/+AD4-+ADw-!-- x --+AD4-+ADw-/a+AD4-`);
    expect(shown(utf7)).toContain('body.a: x');
    expect([...utf7.unparsed]).toEqual(expect.arrayContaining(['charset']));
    const gbk = Buffer.concat([Buffer.from(`${declared('gbk')}<a>`), Buffer.from('c4e3', 'hex'), Buffer.from('</a>')]);
    expect(bodyOf('text/xml', gbk)).toContain('body.a: 你');
    expect(bodyOf('text/xml', gbk, { parameters: new Map([['charset', 'utf-8']]) })).toContain('body.a: 你');
    expect(readBody('text/xml', `${declared('UTF-8')}<a>x</a>`).unparsed.size).toBe(0);
  });

  it('reads JSON text sequences', () => {
    const content = readBody('application/json-seq', '\u001e{"a":"x"}\n\u001e{"a":"<b>"}\n');
    expect(shown(content).slice(1)).toEqual(['body.a: x', 'body.a: <b>']);
    expect(content.unparsed.size).toBe(0);
  });

  it.each([
    ['in a field', ''],
    ['of the type JSON', 'Content-Type: application/json\r\n'],
  ])('reads GraphQL beside uploads, %s', (_, type) => {
    const operations = JSON.stringify({ query: 'mutation { a(b: "<b>") }', variables: { f: null } });
    const raw = `--x\r\nContent-Disposition: form-data; name="operations"\r\n${type}\r\n${operations}\r\n--x--`;
    const found = bodyOf('multipart/form-data', raw, { parameters: new Map([['boundary', 'x']]) });
    expect(found.at(-1)).toMatch(/^body\.operations(?:~json)?\.query~graphql\[0\]: <b>$/);
  });

  it('reads GraphQL documents and their literals', () => {
    const document = 'query { user(name: "x\\u0027 or 1=1") { id } }';
    expect(bodyOf('application/graphql', document)).toEqual([
      `body: ${document.replace('\\u0027', "'")}`,
      "body~graphql[0]: x' or 1=1",
    ]);
    expect(
      bodyOf('application/json', JSON.stringify({ query: '{ a(b: """block "x" """) }', variables: { v: '<' } })),
    ).toEqual(['body.query: { a(b: """block "x" """) }', 'body.variables.v: <', 'body.query~graphql[0]: block "x" ']);
    expect([...readBody('application/graphql', '{ a( }').unparsed]).toEqual(['graphql']);
    expect(bodyOf('application/json', '{"query":"shoes \\"red\\""}')).toEqual(['body.query: shoes "red"']);
  });
});

describe('readContent of values inside values', () => {
  const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64url');

  it('looks into JSON within strings, with the layers that were taken off on the way', () => {
    const content = read({ url: `/?f=${encodeURIComponent('{"where":{"$ne":"<b>"}}')}` });
    expect(shown(content).slice(2)).toEqual(['query.f~json.where.$ne: $ne: "', 'query.f~json.where.$ne: <b>']);
    expect(content.values.at(-1)).toMatchObject({ kind: 'query', text: '<b>', chain: ['percent'] });
  });

  it('looks into base64 that hides text or a serialised object', () => {
    const pickle = Buffer.from('\u0080\u0004\u0095cos\nsystem\nR.', 'latin1').toString('base64');
    const content = read({
      headers: [['cookie', `a=${base64('{"role":"<script>"}')}; b=${pickle}; c=administratorsGroup01`]],
    });
    expect(shown(content).slice(1)).toEqual([
      `cookie.a: ${base64('{"role":"<script>"}')}`,
      `cookie.b: ${pickle}`,
      'cookie.c: administratorsGroup01',
      'cookie.a~base64: {"role":"<script>"}',
      'cookie.b~base64: \u0080\u0004\u0095cos\nsystem\nR.',
      'cookie.a~base64~json.role: <script>',
    ]);
    expect(content.values.at(-1)?.chain).toEqual(['base64']);
  });

  it('reads the claims of a JWT and shows one that nobody signed', () => {
    const token = `${base64('{"alg":"None","kid":"../../x"}')}.${base64('{"sub":"\' or 1=1"}')}.`;
    expect(shown(read({ headers: [['authorization', `Bearer ${token}`]] })).slice(1)).toEqual([
      'header.authorization~jwt.alg: None',
      'header.authorization~jwt.kid: ../../x',
      "header.authorization~jwt.sub: ' or 1=1",
      'header.authorization~jwt.alg: alg: None',
    ]);
  });

  it('ends, however often values are packed into each other', () => {
    let value = '<b>';
    for (let i = 0; i < 8; i++) value = JSON.stringify({ a: value });
    expect(read({ body: { mediaType: 'application/json', raw: value } }).values.length).toBeLessThan(8);
  });
});

describe('readContent, for any bytes', () => {
  const mediaTypes = [
    '',
    'application/json',
    'application/x-ndjson',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/graphql',
    'application/xml',
    'text/plain',
    'image/png',
  ];
  const pieces = fc.constantFrom(
    '<a b="',
    '">',
    '</a>',
    '<!DOCTYPE a [',
    '<!ENTITY',
    ']>',
    '--x',
    '\r\n\r\n',
    'name="',
    '{"',
    '":',
    '[',
    '}',
    '&',
    '=',
    '%',
    '"""',
    '<?',
    '<!--',
    '\u0000',
    'é',
    'a',
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
    fc.string({ unit: 'binary' }),
  );
  const bodies = fc.oneof(
    texts.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );

  it('is total, within its limits, and decoded throughout', () => {
    const limits = { ...DEFAULT_CONTENT_LIMITS, values: 30, depth: 3, keys: 10, parts: 3, valueChars: 40 };
    fc.assert(
      fc.property(
        fc.constantFrom(...mediaTypes),
        bodies,
        texts,
        texts,
        fc.nat(),
        fc.constantFrom('', 'utf-16', 'utf-32be', 'utf-7', 'gbk', 'iso-2022-jp', 'x'),
        (mediaType, raw, url, header, cut, charset) => {
          const observation = observationOf({
            url,
            headers: [
              ['cookie', header],
              ['authorization', header],
              ['x-any', header],
            ],
            body: {
              mediaType,
              raw,
              parameters: new Map([
                ['boundary', 'x'],
                ['charset', charset],
              ]),
              headBytes: cut % (raw.length + 1),
              parsed: { header },
            },
          });
          const content = readContent(observation, limits);
          expect(content.values.length).toBeLessThanOrEqual(30);
          expect(content.values.every((value) => value.text.length <= 41 && value.text !== '')).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    '<a>',
    '<!x',
    '<a b=',
    '<!--',
    '<?',
    '</',
    '{"a":',
    '[',
    '--x\r\n\r\n',
    'a=',
    'a&',
    '&',
    '"""',
    '#',
    '\\"',
    '%25',
    ' ',
    '\n',
  ])('is done with 40 kB of %j as any type', (piece) => {
    const raw = piece.repeat(Math.ceil(40_000 / piece.length));
    for (const mediaType of mediaTypes) {
      const content = readBody(mediaType, raw, { parameters: new Map([['boundary', 'x']]) });
      expect(content.inspectedBytes).toBe(raw.length + 1);
    }
  });
});
