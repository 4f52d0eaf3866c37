import { describe, expect, it } from 'vitest';
import { ordinaryParts } from './ordinary-parts.js';
import type { LabelledRecord } from './record.js';
import { isTeachable, isTellingUrl, isUsed } from './selection.js';

describe('isTellingUrl', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:6379/',
    'http://[::1]/',
    'http://2130706433/',
    'http://0x7f000001/',
    'gopher://cache:6379/_FLUSHALL',
    'file:///etc/passwd',
    'https://bank.example@evil.example/',
    '//evil.example/%2f..',
    '\\\\evil.example',
    'http://metadata.google.internal/computeMetadata/v1/',
  ])('is true of %s', (url) => {
    expect(isTellingUrl(url)).toBe(true);
  });

  it.each([
    'https://hooks.example.com/services/T024BE7LD',
    'http://www.example.org/a/b.html?c=d',
    'https://avatars.example.com/u/42?v=4',
    'https://example.com',
  ])('is false of %s, which clients send all day', (url) => {
    expect(isTellingUrl(url)).toBe(false);
  });
});

const redirect = (path: string): LabelledRecord => ({
  label: 'attack',
  category: 'openredirect',
  source: 'nuclei-templates',
  template: 'x',
  method: 'GET',
  path,
  headers: {},
});

describe('isTeachable', () => {
  it('leaves out a redirect to a plain URL and keeps one that shows a trick', () => {
    expect(isTeachable(redirect('/login?to=https://www.example.org/'))).toBe(false);
    expect(isTeachable(redirect('/login?to=//www.example.org/%2f..'))).toBe(true);
    expect(isTeachable(redirect('/login?to=%2f%2fwww.example.org'))).toBe(true);
    expect(isTeachable(redirect('//www.example.org/%2e%2e'))).toBe(true);
  });
});

describe('isUsed', () => {
  it('leaves out what only its context makes an attack, and what may be either', () => {
    expect(isUsed({ ...redirect('/a?b=//c'), weak: true }, 0)).toBe(false);
    expect(isUsed({ ...redirect('/a?b=//c'), ambiguous: true }, 0)).toBe(false);
    expect(isUsed(redirect('/a?b=//c'), 0)).toBe(true);
  });
});

describe('ordinaryParts', () => {
  const request = (path: string, headers: Record<string, string> = {}): LabelledRecord => ({
    ...redirect(path),
    headers,
  });

  it('keeps a path, host and browser that any request may have', () => {
    const headers = {
      host: 'app.example.net:8080',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/113.0',
    };
    expect(ordinaryParts(request("/index.php?id=1'--", headers))).toEqual({
      method: 'GET',
      url: '/index.php',
      headers,
    });
  });

  it.each([
    '/static/../etc/hosts',
    '/.git/config',
    '/a/%2e%2e/b',
    "/users/1'or'1",
    '/etc/passwd',
    '/WEB-INF/web.xml',
    '/a//b',
    '/backup.sql',
  ])('calls %s no ordinary path', (path) => {
    expect(ordinaryParts(request(path))).toBeNull();
  });

  it('leaves out a scanner and a host with syntax in it', () => {
    const headers = { host: '${jndi:ldap://x}', 'user-agent': 'Mozilla/5.00 (Nikto/2.1.5) (Evasions:None)' };
    expect(ordinaryParts(request('/', headers))).toBeNull();
  });
});
