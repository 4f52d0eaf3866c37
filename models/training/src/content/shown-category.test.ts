import { describe, expect, it } from 'vitest';
import type { LabelledRecord } from './record.js';
import { shownCategory } from './shown-category.js';

function attack(category: string, path: string, body: string | null = null, headers = {}): LabelledRecord {
  return { label: 'attack', category, source: 'vulhub', method: body === null ? 'GET' : 'POST', path, headers, body };
}

function upload(name: string, content: string): string {
  return `--b\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\n\r\n${content}\r\n--b--\r\n`;
}

describe('the category that a request shows', () => {
  it.each([
    ['log4shell', '/?q=%24%7Bjndi%3Aldap%3A%2F%2Fx%2Fa%7D', null],
    ['log4shell', '/?q=${${lower:j}ndi:ldap://x/a}', null],
    ['xxe', '/import', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['deserialization', '/api', 'data=rO0ABXNyABdqYXZhLnV0aWw='],
    ['deserialization', '/api', '{"a":{"@type":"java.lang.Class","val":"x"}}'],
    ['protopollution', '/?__proto__[a]=b', null],
    ['graphql', '/graphql', '{"query":"{__schema{types{name}}}"}'],
    ['sqli', '/?id=1%20UNION%20ALL%20SELECT%201,2', null],
    ['sqli', '/?id=1%27%20or%20%271%27=%271', null],
    ['xss', '/?q=%3Csvg/onload=alert(1)%3E', null],
    ['ssti', '/?name={{7*7}}', null],
    ['ssti', '/', "name=%25{(#a='b')}"],
    ['nosqli', '/login', '{"password":{"$ne":""}}'],
    ['traversal', '/read?file=..%2f..%2fapp.conf', null],
    ['cmdi', '/ping?host=1;id', null],
    ['ssrf', '/fetch?url=http://169.254.169.254/', null],
    ['crlf', '/%0d%0aSet-Cookie:a=b', null],
  ])('is %s for %s %s, whatever it was called', (category, path, body) => {
    expect(shownCategory(attack('openredirect', path, body))).toBe(category);
    expect(shownCategory(attack(category, path, body))).toBe(category);
  });

  it('keeps the given name where the request shows that too', () => {
    const both = '/?file=../../etc/passwd;id';
    expect(shownCategory(attack('cmdi', both))).toBe('cmdi');
    expect(shownCategory(attack('traversal', both))).toBe('traversal');
    expect(shownCategory(attack('xss', both))).toBe('traversal');
  });

  it('calls script uploads other, whatever is in the script, and other uploads by their content', () => {
    expect(shownCategory(attack('cmdi', '/upload', upload('a.php', '<?php phpinfo();')))).toBe('other');
    expect(shownCategory(attack('crlf', '/upload', upload('a.jsp', 'x')))).toBe('other');
    expect(shownCategory(attack('cmdi', '/upload', upload('a.png', '<?php phpinfo();')))).toBe('cmdi');
    expect(shownCategory(attack('traversal', '/upload', upload('../a.jsp', 'x')))).toBe('traversal');
  });

  it('drops a name that nothing bears out, where collections often err', () => {
    expect(shownCategory(attack('cmdi', '/login', 'user=admin&pwd=admin'))).toBe('other');
    expect(shownCategory(attack('crlf', '/upload', upload('a.txt', 'x')))).toBe('other');
    expect(shownCategory(attack('openredirect', '/wp-content/plugins/google-maps/readme.txt'))).toBe('other');
    expect(shownCategory(attack('ssti', '/go?url={{oob.HTTP}}'))).toBe('other');
    expect(shownCategory(attack('openredirect', '/go?url=https://example.com/'))).toBe('openredirect');
    expect(shownCategory(attack('scanner', '/admin.bak'))).toBe('scanner');
    expect(shownCategory(attack('traversal', '/view?page=config'))).toBe('traversal');
  });

  it('reads headers as well', () => {
    expect(shownCategory(attack('other', '/', null, { 'user-agent': '() { :; }; /bin/bash -c id' }))).toBe('cmdi');
    expect(shownCategory(attack('cmdi', '/', null, { cookie: 'a=rO0ABXNyAA' }))).toBe('deserialization');
    expect(shownCategory(attack('other', '/', null, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' }))).toBe(
      'other',
    );
  });
});
