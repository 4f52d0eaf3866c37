import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlaceKind } from './content-value.js';
import { decodeValue } from './decode.js';
import { isPlain } from './triage.js';

function plain(text: string, kind: PlaceKind = 'body', place = `${kind}.x`): boolean {
  return isPlain(decodeValue({ place, kind, name: 'x', text }));
}

/** Whether `name=text` in a query is plain. */
function plainAs(name: string, text: string): boolean {
  return isPlain(decodeValue({ place: `query.${name}`, kind: 'query', name, text }));
}

describe('isPlain', () => {
  it.each([
    '',
    '   ',
    '42',
    '-3.5e10',
    '15%',
    '48.137,11.575',
    '0d1f9c4e-3b1a-4d56-9a77-1f4c2b3d5e6f',
    'd41d8cd98f00b204e9800998ecf8427e',
    'usr_8fQzL0-k',
    '2024-02-29',
    '2024-02-29T23:59:59.123Z',
    '2024-02-29 23:59:59+02:00',
    '12:30',
    'true',
    'Alice',
    'New York City',
    'Müller Straße',
    '東京',
    'Алексей Иванов',
    'alice.b+news@mail.example.com',
    'image/svg+xml',
    '1.2.3',
    'v1.0.0-beta2',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc--def_123',
  ])('lets %j pass without a model', (text) => {
    expect(plain(text)).toBe(true);
  });

  it.each([
    '/etc/passwd',
    'etc/passwd',
    '..',
    "O'Brien",
    '1 or 1=1',
    "' or ''='",
    'a--',
    '$ne',
    `\${7*7}`,
    'a;ls',
    'a|id',
    '`id`',
    'whoami',
    'UNION ALL SELECT',
    'delete from items',
    '__globals__',
    'cat etc passwd',
    '0x2e0x2e0x2fetc',
    '*)(uid=*',
    'http://example.com',
    '//evil',
    '127.0.0.1',
    '169.254.169.254',
    'a\r\nSet-Cookie: b',
    '%0d%0aX: y',
    'x\u0000',
    'admin\n',
    'text/../etc',
    'select a plan from the list',
    '..%c0%afetc',
    '%c0%ae%c0%ae%c1%afetc',
    '115,101,108,101,99,116,32,49,44,50',
    'x'.repeat(600),
  ])('has the model read %j', (text) => {
    expect(plain(text)).toBe(false);
  });

  it('judges paths by their segments', () => {
    expect(plain('/', 'path')).toBe(true);
    expect(plain('/api/v2/users/0d1f9c4e-3b1a/', 'path')).toBe(true);
    for (const path of [
      '/etc/passwd',
      '/WEB-INF',
      '/.env',
      '/a/../b',
      '/a%2fb',
      '//evil',
      '/users/1;x',
      '/cgi-bin/a',
      '*',
    ]) {
      expect(plain(path, 'path'), path).toBe(false);
    }
  });

  it.each([
    'whoami',
    'WhoAmI',
    'ipconfig',
    'ifconfig',
    'netstat',
    'uname',
    'uname+-a',
    'cat x',
    'net user',
    'net localgroup administrators',
    'dir c:',
    'systeminfo',
    'ping',
    'exec',
  ])('has the model read the command %j under any name', (text) => {
    for (const name of ['cmd', 'note', 'q']) expect(plainAs(name, text), name).toBe(false);
  });

  it.each(['id', 'list', 'process', 'running', 'cat', 'Cat', 'python', 'sleep', 'net price', 'net weight', 'ps'])(
    'lets the everyday word %j pass under a name that promises no command',
    (text) => {
      for (const name of ['note', 'pet', 'sort', 'language', 'state']) expect(plainAs(name, text), name).toBe(true);
    },
  );

  it.each(['cmd', 'command', 'exec', 'execute', 'run', 'ping', 'shell', 'daemon', 'process', 'x[cmd]'])(
    'has the model read every word that is to be run: %s',
    (name) => {
      for (const text of ['id', 'ls', 'df', 'dir', 'hostname', 'list users'])
        expect(plainAs(name, text), text).toBe(false);
      for (const text of ['42', 'true', '2024-02-29', '0d1f9c4e-3b1a-4d56-9a77-1f4c2b3d5e6f']) {
        expect(plainAs(name, text), text).toBe(true);
      }
    },
  );

  it('has the model read an everyday word that stands alone without a name', () => {
    expect(isPlain(decodeValue({ place: 'body', kind: 'body', name: '', text: 'id' }))).toBe(false);
    expect(isPlain(decodeValue({ place: 'body', kind: 'body', name: '', text: 'list' }))).toBe(true);
  });

  it.each(['url', 'host', 'target', 'callback', 'redirect', 'next', 'dest', 'feed', 'image'])(
    'has the model read near hosts that are to be asked: %s',
    (name) => {
      for (const text of [
        'localhost',
        'LocalHost',
        'localhost:22',
        '127.0.0.1',
        '127.1',
        '127.0.1',
        '2130706433',
        '0x7f000001',
        '169.254.169.254',
        '10.0.0.5',
        '[::1]',
        '//evil',
        '/\\evil',
      ]) {
        expect(plainAs(name, text), text).toBe(false);
      }
      for (const text of ['3', '1234', 'home', 'eu-west', 'landscape']) expect(plainAs(name, text), text).toBe(true);
    },
  );

  it("lets a server's own name pass where it belongs, and nothing else there", () => {
    const host = (text: string) => isPlain(decodeValue({ place: 'header.host', kind: 'header', name: 'host', text }));
    for (const text of [
      'api.example.com:8443',
      'xn--mller-kva.example',
      '10.0.0.151',
      '[::1]:3000',
      'f3k9.s3.example',
    ]) {
      expect(host(text), text).toBe(true);
    }
    for (const text of [
      'a"><script>alert(1)</script>',
      '../../etc/passwd',
      'a..b',
      'a.example/x?y=1',
      '${jndi:ldap://x}',
    ]) {
      expect(host(text), text).toBe(false);
    }
    expect(plainAs('host', '127.0.0.1')).toBe(false);
  });

  it('lets a version, a price and the own host pass', () => {
    for (const text of ['1.27', '1.2.3', '2130706433', 'localhost']) expect(plainAs('note', text), text).toBe(true);
    expect(isPlain(decodeValue({ place: 'header.host', kind: 'header', name: 'host', text: 'localhost' }))).toBe(true);
  });

  it('judges what was sent by what it decodes to', () => {
    expect(plain('New%20York', 'query')).toBe(true);
    expect(plain('New+York', 'query')).toBe(true);
    expect(plain('1%27', 'query')).toBe(false);
    expect(plain('ＡＢＣ', 'body')).toBe(true);
    expect(plain('＜b', 'body')).toBe(false);
  });

  it('lets one character pass, whatever it is, and no two', () => {
    for (const one of ['|', "'", '%7C', '💥']) expect(plain(one, 'query')).toBe(true);
    for (const two of ['||', "1'", '%7C%7C']) expect(plain(two, 'query')).toBe(false);
  });

  it.each([
    /^[a-f0-9]{65,128}$/,
    /^[+-]?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?%?$/,
    /^-?\d{1,20}(\.\d{1,20})?(, ?-?\d{1,20}(\.\d{1,20})?){1,7}$/,
    /^v?\d{1,6}\.\d{1,6}(\.\d{1,6})?(-[A-Za-z0-9]{1,16})?$/,
    /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?( ?(Z|[+-]\d\d:?\d\d))?)?$/,
    /^\d\d:\d\d(:\d\d)?$/,
    /^[A-Za-z0-9_-]{1,9}([.+][A-Za-z0-9_-]{1,9}){0,4}@[A-Za-z0-9-]{1,9}(\.[A-Za-z0-9-]{1,9}){1,4}$/,
    /^(application|image|text)\/[A-Za-z0-9][A-Za-z0-9.+-]{0,20}$/,
    /^eyJ[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{1,20}\.[A-Za-z0-9_-]{0,20}$/,
    /^[A-Za-zäßéЖ東]{8,14}( [A-Za-zäßéЖ東]{8,14}){0,2}$/,
  ])('lets every text of the form %s pass', (form) => {
    fc.assert(
      fc.property(fc.stringMatching(form), (text) => {
        fc.pre(!text.includes('--') && !/%\w/.test(text));
        expect(plain(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('lets files in base64 pass, and no path that is padded to their length', () => {
    const file = Buffer.from(Array.from({ length: 900 }, (_, i) => (i * i * 31 + 7 * i) % 251)).toString('base64');
    expect(plain(file)).toBe(true);
    expect(plain(`data:image/png;base64,${file}`)).toBe(true);
    expect(plain(`data:text/html;base64,${file}`)).toBe(false);
    expect(plain(`${file}'`)).toBe(false);
    expect(plain(`A1${'/proc/self/root'.repeat(60)}/etc/passwd`)).toBe(false);
    expect(plain(`/home/User1${'/'.repeat(600)}`)).toBe(false);
  });

  it('never takes a key or a user agent for plain', () => {
    expect(plain('a', 'key')).toBe(false);
    expect(plain('sqlmap', 'header', 'header.user-agent')).toBe(false);
    expect(plain('XMLHttpRequest', 'header', 'header.x-requested-with')).toBe(true);
  });

  it.each([' ', "'", 'a', '../', '<', '/*', '1', '\t', 'a ', 'a.', 'a@', '1,', '/a', '-', 'eyJa.', 'ä'])(
    'is done with any length of %j',
    (piece) => {
      for (const kind of ['body', 'path'] as const) {
        expect(plain(piece.repeat(Math.ceil(40_000 / piece.length)), kind)).toBe(false);
      }
    },
  );
});
