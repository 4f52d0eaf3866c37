import { randomBytes } from 'node:crypto';

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  accept: 'text/html,application/json;q=0.9,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.7,de;q=0.3',
  cookie: 'theme=dark; basket=b7c1f0d2; consent=all',
};
const APP = {
  'user-agent': 'TeaShop/5.2.1 (iPhone; iOS 19.1)',
  accept: 'application/json',
  'accept-language': 'fr-FR',
};
const ADA = { authorization: 'Bearer session-of-ada' };

const MARKDOWN = `# How we deploy

1. Run \`npm run build && npm test\`; both must pass.
2. Copy the folder: \`scp -r dist/ deploy@web1:/srv/shop\`

\`\`\`sql
SELECT name, price FROM items WHERE price > 20 ORDER BY price;
\`\`\`

Ask *Zoë* if it is <https://status.example.com> that is red.`;

const LETTER = `Dear Mr. O'Brien,

thank you for your order of 12/04 -- the kettle & the "Assam" tin left us today.
Select a plan from the list below, or drop us a line: shop@example.com.

Kind regards,
The tea shop (Est. 1904; still 100% family-owned)`;

/** What a browser sends when somebody picks a photo. */
function upload(name, type, bytes) {
  const boundary = '----formdata-tea-2718281828';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="photo"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  return {
    path: '/upload',
    headers: { ...BROWSER, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), randomBytes(60_000)]);

/**
 * Clients that mean no harm, some of them with text that looks as if they did.
 * `gapMs` is the pause between two requests, `connections` how many a client has open at once.
 */
export const ORDINARY = [
  {
    name: 'browser, looking around',
    gapMs: 900,
    connections: 4,
    requests: [
      '/items',
      '/items/17',
      '/items/18',
      '/search?q=kettle',
      '/items/31',
      '/me',
      '/items?page=2&sort=price',
      '/items/52',
      '/search?q=tea+towel',
      '/items/96',
      '/health',
      '/items/140',
      '/notes/1',
      '/items/141',
    ].map((path) => ({
      path,
      headers: { ...BROWSER, ...ADA, referer: 'https://shop.example.com/items' },
    })),
  },
  {
    name: 'mobile app, signed in',
    gapMs: 1200,
    requests: [
      {
        path: '/login',
        headers: APP,
        body: { user: 'ada', password: 'Gr3en-kettle', device: 'f1d2c3b4-6a5e-4f70-8c9d-0e1f2a3b4c5d' },
      },
      ...['/me', '/items?page=1', '/items/4'].map((path) => ({ path, headers: { ...APP, ...ADA } })),
      {
        path: '/orders',
        headers: { ...APP, ...ADA },
        body: { items: [{ id: 4, count: 2 }], address: { street: '12 Rue de la Paix', city: 'Nîmes' } },
      },
      ...['/me', '/items/9', '/users/1003', '/items/10', '/me'].map((path) => ({ path, headers: { ...APP, ...ADA } })),
    ],
  },
  {
    name: 'health check',
    gapMs: 1500,
    requests: Array.from({ length: 12 }, () => ({
      path: '/health',
      headers: { 'user-agent': 'kube-probe/1.34', accept: '*/*' },
    })),
  },
  {
    name: 'paging through a list',
    gapMs: 900,
    requests: Array.from({ length: 12 }, (_, i) => ({
      path: `/items?page=${i + 1}&limit=20&sort=-price`,
      headers: { ...BROWSER, ...ADA },
    })),
  },
  {
    name: "searching for O'Brien and friends",
    gapMs: 1300,
    requests: [
      "O'Brien",
      "D'Angelo & Sons",
      'Zoë Świder',
      'Robert "Bob" Drop',
      'van Dijk; Noor',
      '50% off',
      'C++ / C# books',
      'name=select',
    ].map((name) => ({
      path: `/users?name=${encodeURIComponent(name)}`,
      headers: BROWSER,
    })),
  },
  {
    name: 'forms with everyday sentences',
    gapMs: 1700,
    requests: [
      'Please select a plan from the list, or drop me a table near the window.',
      'Is the union of both sets enough? I would like 1 or 2 of each.',
      'The script for the play is ready; alert the cast when you are at home.',
      "It's 5 o'clock -- tea's ready!",
      'Use the file in /home/ada/photos, not the one in /tmp.',
      'My cat /dog/ ran over the keyboard: asdf;lkj',
    ].map((text) => ({
      path: '/notes',
      headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ title: 'Note', text }).toString(),
    })),
  },
  {
    name: 'notes in Markdown, with code',
    gapMs: 2200,
    requests: [
      {
        path: '/notes',
        headers: { ...BROWSER, ...ADA },
        body: { title: 'How we deploy', text: MARKDOWN, tags: ['ops', 'sql'] },
      },
      { path: '/notes/1', headers: { ...BROWSER, ...ADA } },
      {
        path: '/notes',
        headers: { ...BROWSER, ...ADA },
        body: { title: 'Shopping', text: '- [ ] milk\n- [x] tea > coffee\n- [ ] 2 < 3 lemons' },
      },
      { path: '/notes/2', headers: { ...BROWSER, ...ADA } },
    ],
  },
  {
    name: 'letters and e-mail addresses',
    gapMs: 2000,
    requests: [
      { path: '/notes', headers: { ...APP, 'content-type': 'text/plain; charset=utf-8' }, body: LETTER },
      { path: '/orders', headers: APP, body: { email: 'anna.o-neil+tea@mail.example.com', message: LETTER } },
      { path: '/search?q=anna.o-neil%40example.com', headers: APP },
    ],
  },
  {
    name: 'orders from a partner',
    gapMs: 1400,
    requests: Array.from({ length: 8 }, (_, i) => ({
      path: '/orders',
      headers: {
        'user-agent': 'partner-sync/2.1 (+https://partner.example.com)',
        'idempotency-key': `4b0f${i}e1c-77aa-4a0e-9c11-5d6b1f2e3a4b`,
      },
      body: {
        reference: `PO-2026-${300 + i}`,
        lines: [{ sku: `TEA-${100 + i}`, count: i + 1, price: 12.5 }],
        due: '2026-12-24T10:00:00Z',
        gift: i % 2 === 0,
      },
    })),
  },
  {
    name: 'uploads',
    gapMs: 2500,
    requests: [
      upload('holiday.png', 'image/png', PNG),
      upload("Zoë's tea (1).jpg", 'image/jpeg', randomBytes(120_000)),
      upload('list.csv', 'text/csv', Buffer.from('name;price\r\n"kettle, red";24.90\r\n')),
    ],
  },
  {
    name: 'web hooks and links',
    gapMs: 2600,
    requests: [
      'https://hooks.example.com/teashop/orders?token=abc123',
      'https://api.partner.example.com:8443/v2/events',
      'https://example.com/a/b.html#part-2',
    ].map((url) => ({
      path: '/webhooks',
      headers: APP,
      body: { url, events: ['order.created', 'order.paid'] },
    })),
  },
  {
    name: 'GraphQL client',
    gapMs: 2300,
    requests: [1, 2, 3, 4].map((page) => ({
      path: '/graphql',
      headers: { ...BROWSER, ...ADA },
      body: {
        operationName: 'Items',
        query: 'query Items($page: Int!) { items(page: $page) { id name price } }',
        variables: { page },
      },
    })),
  },
  {
    name: 'a user who mistypes the password twice',
    gapMs: 2400,
    requests: [
      ...['Ir0n.teapit', 'ir0n.teapot', 'Ir0n.teapot'].map((password) => ({
        path: '/login',
        headers: BROWSER,
        body: { user: 'miles', password },
      })),
      ...['/me', '/items', '/items/7'].map((path) => ({
        path,
        headers: { ...BROWSER, authorization: 'Bearer session-of-miles' },
      })),
    ],
  },
];
