import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED } from './redact.js';

const redactor = createRedactor();

describe('Redactor.headers', () => {
  it('drops the values of secret headers and keeps the others, in their order', () => {
    expect(
      redactor.headers([
        ['host', 'api.example'],
        ['authorization', 'Custom abc'],
        ['cookie', 'theme=dark; q=<script>'],
        ['x-api-key', '1'],
        ['x-my-secret', 'a'],
        ['user-agent', 'sqlmap/1.7.2'],
        ['referer', 'https://api.example/reset?token=abc&x=1'],
      ]),
    ).toEqual([
      ['host', 'api.example'],
      ['authorization', REDACTED],
      ['cookie', REDACTED],
      ['x-api-key', REDACTED],
      ['x-my-secret', REDACTED],
      ['user-agent', 'sqlmap/1.7.2'],
      ['referer', `https://api.example/reset?token=${REDACTED}&x=1`],
    ]);
  });

  it('answers for values that it has seen as for new ones, under whatever name they come', () => {
    for (const value of ['', 'a', 'token=abc; q=1', 'x'.repeat(1_100), `token=abc&q=${'x'.repeat(1_100)}`]) {
      for (const name of ['x-note', 'cookie', 'x-other', 'x-note']) {
        expect(redactor.headers([[name, value]])).toEqual(createRedactor().headers([[name, value]]));
      }
    }
  });
});

describe('Redactor.url', () => {
  it('redacts secret parameters and nothing else', () => {
    expect(redactor.url("/login?user=a&password=hun,ter%262&q=1'%20OR%201=1")).toBe(
      `/login?user=a&password=${REDACTED}&q=1'%20OR%201=1`,
    );
    expect(redactor.url('/a?user%5Bpassword%5D=x&user[pin]=1234&p%61ssword=y')).toBe(
      `/a?user%5Bpassword%5D=${REDACTED}&user[pin]=${REDACTED}&p%61ssword=${REDACTED}`,
    );
    expect(redactor.url('/a?password&pass=&x=1')).toBe('/a?password&pass=&x=1');
    expect(redactor.url('/a?pa-ss-word=1&user.pa_ss_word=2&page=3')).toBe(
      `/a?pa-ss-word=${REDACTED}&user.pa_ss_word=${REDACTED}&page=3`,
    );
  });

  it('redacts what shows that it is secret, in path, parameters and authority', () => {
    const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`;
    expect(redactor.url(`/verify/${jwt}/x`)).toBe(`/verify/${REDACTED}/x`);
    expect(redactor.url(`/a?q=${jwt}&b=1`)).toBe(`/a?q=${REDACTED}&b=1`);
    expect(redactor.url('http://user:pw@host/a')).toBe(`http://${REDACTED}@host/a`);
    expect(redactor.url('/a;jsessionid=abc?x=1')).toBe(`/a;jsessionid=${REDACTED}?x=1`);
  });

  it('redacts secret parameters at either end and beside empty ones', () => {
    for (const [given, shown] of [
      ['?token=1', `?token=${REDACTED}`],
      ['/a?&&token=1&', `/a?&&token=${REDACTED}&`],
      ['/a?x&token==1&=', `/a?x&token=${REDACTED}&=`],
      ['/a?x=1&token=', '/a?x=1&token='],
      ['/a;sid=1?token=2', `/a;sid=${REDACTED}?token=${REDACTED}`],
      ['/a;sid=1?', `/a;sid=${REDACTED}?`],
      ['/a?x=1?token=2', `/a?x=1?token=${REDACTED}`],
    ] as const) {
      expect(redactor.url(given)).toBe(shown);
    }
  });

  it('leaves harmless URLs alone', () => {
    for (const url of [
      '/',
      '',
      '/users/123?page=2&sort=-name',
      '/a%2Fb?q=%E2%82%AC',
      '*',
      '/shipping?compass=1',
      '/a?%zz=%',
    ]) {
      expect(redactor.url(url)).toBe(url);
    }
  });
});

describe('Redactor.text', () => {
  it('drops what stood under a secret name at any depth', () => {
    for (const place of [
      'query.password',
      'body.user.credentials.value',
      'body.tokens[3]',
      'body.items[0].apiKey',
      'header.authorization',
      'header.authorization~jwt.sub',
      'header.x-csrf-token',
      'cookie.theme',
      'cookie',
      'query.user[password]',
    ]) {
      expect(redactor.text("' OR 1=1--", place)).toBe(REDACTED);
    }
  });

  it('keeps attacks readable everywhere else', () => {
    for (const place of ['query.q', 'body.shipping', 'body.compass.opinion', 'path[2]', 'header.user-agent', 'body']) {
      for (const attack of ["' OR 1=1--", '<img src=x onerror=alert(1)>', '../../etc/passwd', '; cat /etc/shadow']) {
        expect(redactor.text(attack, place)).toBe(attack);
      }
    }
  });

  it('keeps the operator of an attack on a secret field, and drops its operand', () => {
    expect(redactor.text('$ne: ""', 'body.password.$ne')).toBe('$ne: ""');
    expect(redactor.text('password[$ne]', 'query.password[$ne]')).toBe('password[$ne]');
    expect(redactor.text('password%5B%24ne%5D', 'query.password[$ne]')).toBe('password%5B%24ne%5D');
    expect(redactor.text('hunter2', 'body.password.$ne')).toBe(REDACTED);
    expect(redactor.text('$ne: hunter2 and more', 'body.password.$ne')).toBe(REDACTED);
    expect(redactor.text('password', 'query.password')).toBe(REDACTED);
  });

  it('knows the names that the host adds', () => {
    const own = createRedactor({ names: ['nationalId'] });
    expect(own.text('1', 'body.national_id')).toBe(REDACTED);
    expect(own.text('{"nationalId":"19700101-1234"}', 'body')).toBe(`{"nationalId":"${REDACTED}"}`);
    expect(own.url('/a?national-id=1&q=2')).toBe(`/a?national-id=${REDACTED}&q=2`);
    expect(own.headers([['nationalid', '1']])).toEqual([['nationalid', REDACTED]]);
  });

  it('drops what it cannot redact', () => {
    const broken = {
      get length(): number {
        throw new Error('planted');
      },
    } as unknown as string;
    expect(redactor.text(broken, 'query.q')).toBe(REDACTED);
    expect(redactor.url(broken)).toBe(REDACTED);
    expect(redactor.headers([['a', broken]])).toEqual([['a', REDACTED]]);
  });

  it('stands by its own output', () => {
    const once = redactor.text('{"password":"a","q":"b"} token=abc', 'body');
    expect(redactor.text(once, 'body')).toBe(once);
  });

  it('takes any text and place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, place) => {
        expect(typeof redactor.text(text, place)).toBe('string');
        expect(typeof redactor.url(text)).toBe('string');
      }),
    );
  });
});

/** A secret as it is planted, and the part of it that must not be seen anywhere. */
interface Planted {
  readonly text: string;
  readonly core: string;
}

const alphanumeric = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
    minLength: length,
    maxLength: length,
  });
const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function withCheckDigit(number: string): string {
  for (const digit of '0123456789') {
    const sum = [...number, digit].reverse().reduce((total, char, i) => {
      const value = Number(char) * (i % 2 === 0 ? 1 : 2);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    if (sum % 10 === 0) return number + digit;
  }
  throw new Error('unreachable');
}

/** Secrets that show what they are. */
const secretByValue: fc.Arbitrary<Planted> = fc.oneof(
  fc.tuple(fc.uuid(), alphanumeric(43)).map(([sub, signature]) => {
    const text = [base64url({ alg: 'HS256' }), base64url({ sub }), signature].join('.');
    return { text, core: signature };
  }),
  ...[
    'gh' + 'p_',
    'glpat' + '-',
    'xox' + 'b-',
    'sk' + '_live_',
    'AI' + 'za',
    'npm' + '_',
    'sk-' + 'ant-',
    'h' + 'vs.',
  ].map((prefix) => alphanumeric(40).map((core) => ({ text: prefix + core, core }))),
  alphanumeric(16).map((core) => ({ text: `AKIA${core.toUpperCase()}`, core: core.toUpperCase() })),
  alphanumeric(24).map((core) => ({ text: `Bearer ${core}`, core })),
  alphanumeric(64).map((core) => ({ text: `-----BEGIN PRIVATE KEY-----\n${core}\n-----END PRIVATE KEY-----`, core })),
  alphanumeric(12).map((core) => ({ text: `postgres://app:${core}@db.internal/x`, core })),
  digits(14).map((rest) => {
    const core = withCheckDigit(`4${rest}`);
    return { text: core, core };
  }),
  digits(14).map((rest) => {
    const text = withCheckDigit(`5${rest}`).replace(/(.{4})(?=.)/g, '$1 ');
    return { text, core: text };
  }),
);

const secretName: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    'pass',
    'pwd',
    'Password',
    'client_secret',
    'accessToken',
    'api_key',
    'privateKey',
    'session',
    'jwt',
    'otp',
    'pin',
  ],
  ...['cvv', 'ssn', 'iban', 'signature'],
);
/** Anything that a person may choose, around a part that can be looked for. */
const secretValue: fc.Arbitrary<Planted> = fc
  .tuple(
    fc.string({ unit: 'binary-ascii', maxLength: 5 }),
    alphanumeric(16),
    fc.string({ unit: 'binary-ascii', maxLength: 5 }),
  )
  .map(([before, core, after]) => ({ text: before + core + after, core }));

type Encode = (text: string) => string;
const percentAll: Encode = (text) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const ENCODINGS: readonly Encode[] = [
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  percentAll,
  (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64url'),
  (text) => Buffer.from(encodeURIComponent(text)).toString('base64url'),
];

/** Every form in which the core could still be read off a text. */
function shows(text: string, core: string): boolean {
  let decoded = text;
  for (let round = 0; round < 3; round++) {
    if (decoded.includes(core)) return true;
    for (const [run] of decoded.matchAll(/[\w+/-]{8,}/g)) {
      const inner = Buffer.from(run, 'base64').toString('latin1');
      if (inner.includes(core) || inner.includes(percentAll(core))) return true;
      if (Buffer.from(inner, 'base64').toString('latin1').includes(core)) return true;
    }
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return false;
}

const RUNS = { numRuns: 200 };
const around = fc.constantFrom('', 'hello ', 'q=', '(', '"', ', ', '<b>', "' OR '", '\n');

describe('200 planted secrets', () => {
  it('do not leave a text, whatever surrounds them', () => {
    fc.assert(
      fc.property(secretByValue, around, around, ({ text, core }, before, after) => {
        expect(shows(redactor.text(`${before}${text}${after}`, 'body.note'), core)).toBe(false);
      }),
      RUNS,
    );
  });

  it('do not leave a URL or a text in any encoding', () => {
    fc.assert(
      fc.property(secretByValue, fc.constantFrom(...ENCODINGS), ({ text, core }, encode) => {
        const encoded = encode(text);
        expect(shows(redactor.url(`/search?q=${encoded}&page=1`), core)).toBe(false);
        expect(shows(redactor.url(`/items/${encoded}`), core)).toBe(false);
        expect(shows(redactor.text(encoded, 'query.q'), core)).toBe(false);
        expect(shows(redactor.text(`a=1&b=${encoded}&c=2`, 'body'), core)).toBe(false);
      }),
      RUNS,
    );
  });

  it('do not leave headers', () => {
    const name = fc.constantFrom('user-agent', 'referer', 'x-forwarded-for', 'authorization', 'cookie', 'x-note');
    fc.assert(
      fc.property(secretByValue, name, around, ({ text, core }, header, before) => {
        const [entry] = redactor.headers([[header, before + text]]);
        expect(shows(entry?.[1] ?? '', core)).toBe(false);
      }),
      RUNS,
    );
  });

  it('do not leave a body in which they stand under a secret name', () => {
    const bodies: ((name: string, value: string) => string)[] = [
      (name, value) => JSON.stringify({ a: 1, [name]: value, b: [2] }),
      (name, value) => JSON.stringify({ a: { b: [{ [name]: { c: [value] } }] }, d: 'x' }, null, 2),
      (name, value) => JSON.stringify({ outer: JSON.stringify({ [name]: value }) }),
      (name, value) => `a=1&${name}=${encodeURIComponent(value)}&b=2`,
      (name, value) => `a=1&user%5B${name}%5D=${encodeURIComponent(value)}&b=2`,
      (name, value) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--\r\n`,
      (name, value) => `<a><${name}>${value.replace(/[&<]/g, '')}</${name}></a>`,
      (name, value) => Buffer.from(JSON.stringify({ a: 1, [name]: value })).toString('base64'),
      (name, value) => encodeURIComponent(JSON.stringify({ a: 1, [name]: value })),
    ];
    fc.assert(
      fc.property(secretName, secretValue, fc.constantFrom(...bodies), (name, { text, core }, body) => {
        expect(shows(redactor.text(body(name, text), 'body'), core)).toBe(false);
      }),
      RUNS,
    );
  });

  it('do not leave a URL in which they stand under a secret name', () => {
    fc.assert(
      fc.property(secretName, secretValue, fc.constantFrom(...ENCODINGS), (name, { text, core }, encode) => {
        expect(shows(redactor.url(`/a?x=1&${name}=${encode(text)}&y=2`), core)).toBe(false);
        expect(shows(redactor.url(`/a?x=1&${percentAll(name)}=${encode(text)}&y=2`), core)).toBe(false);
        expect(shows(redactor.url(`/a?x=${encodeURIComponent(`${name}=${encodeURIComponent(text)}`)}`), core)).toBe(
          false,
        );
      }),
      RUNS,
    );
  });
});

describe('Redaction takes linear time', () => {
  it('over the texts that make patterns backtrack', () => {
    const chars = 20_000;
    const repeated = (unit: string): string => unit.repeat(Math.ceil(chars / unit.length));
    const timeOf = (text: string): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 3; run++) {
        const startedMs = performance.now();
        redactor.text(text, 'query.q');
        redactor.url(`/?q=${text}`);
        best = Math.min(best, performance.now() - startedMs);
      }
      return best;
    };
    const units = [
      ' ',
      "'",
      '"',
      'a',
      '../',
      '<',
      '/*',
      '4',
      '\t',
      '\\',
      '%41',
      'eyJ',
      'eyJ.',
      '//',
      '://a:',
      'pin ',
      'pin=',
      'pin="',
    ];
    units.push(
      "pin='",
      'pin:{',
      'pin=\\',
      '<pin ',
      'name="pin"',
      '-----BEGIN KEY-----',
      'Bearer ',
      '4111 ',
      'AAAA/',
      'ghp_',
      '%2525',
    );
    for (const unit of units) {
      // Twice the text may not take much more than twice the time; the constant leaves room for a busy machine.
      const ratio = timeOf(repeated(unit) + repeated(unit)) / (timeOf(repeated(unit)) + 1);
      expect({ unit, linear: ratio < 6 }).toEqual({ unit, linear: true });
    }
  });
});
