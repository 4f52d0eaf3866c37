import express from 'express';

const PEOPLE = [
  'Ada Brandt',
  "Miles O'Brien",
  'Zoë Świder',
  'Jean-Luc Étienne',
  'Noor van Dijk',
  'Tom Select',
  'Mia Union',
];
const GOODS = ['teapot', 'kettle', 'tea towel', 'sugar bowl', 'biscuit tin', 'tea strainer'];
const PAGE = 20;

const users = Array.from({ length: 60 }, (_, i) => ({
  id: 1000 + i * 3,
  name: PEOPLE[i % PEOPLE.length],
  plan: 'basic',
}));
const items = Array.from({ length: 240 }, (_, i) => ({
  id: i + 1,
  name: `${GOODS[i % GOODS.length]} no. ${i + 1}`,
  price: 5 + (i % 40),
}));
const passwords = new Map([
  ['ada', 'Gr3en-kettle'],
  ['miles', 'Ir0n.teapot'],
  ['zoe', 'pl3nty-of-sugar'],
]);

/**
 * A small shop. All of its data is made up and in memory, and nothing here reaches a database, a file, a shell or another server:
 * attacks find nothing, they are only seen.
 *
 * @param security - the middleware, mounted before anything else; without it the bare app
 */
export function createApi(security) {
  const api = express();
  if (security) api.use(security);
  api.disable('x-powered-by');
  api.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: true }), express.text({ type: 'text/*' }));
  api.use(express.raw({ type: ['multipart/form-data', 'image/*'], limit: '4mb' }));

  api.get('/health', (_request, response) => response.json({ status: 'ok' }));

  api.get('/users', ({ query: { name = '' } }, response) =>
    response.json(users.filter((user) => user.name.includes(String(name))).slice(0, PAGE)),
  );
  api.get('/users/:id', ({ params: { id } }, response) =>
    found(
      response,
      users.find((user) => String(user.id) === id),
    ),
  );

  api.get('/items', ({ query: { page = '1' } }, response) => {
    const from = (Math.max(1, Number.parseInt(page, 10) || 1) - 1) * PAGE;
    response.json({ page, total: items.length, items: items.slice(from, from + PAGE) });
  });
  api.get('/items/:id', ({ params: { id } }, response) =>
    found(
      response,
      items.find((item) => String(item.id) === id),
    ),
  );

  api.get('/search', ({ query: { q = '' } }, response) => {
    const wanted = String(q).toLowerCase();
    response.json({ q, items: items.filter(({ name }) => name.includes(wanted)).slice(0, PAGE) });
  });

  api.post('/login', ({ body }, response) => {
    const { user, password } = body ?? {};
    const known = typeof user === 'string' && passwords.get(user);
    if (!known || known !== password) return response.status(401).json({ error: 'Wrong name or password.' });
    response.json({ token: `session-of-${user}` });
  });
  api.get('/me', ({ headers: { authorization = '' } }, response) => {
    const user = /^Bearer session-of-(\w+)$/.exec(authorization)?.[1];
    if (!user) return response.status(401).json({ error: 'Sign in first.' });
    response.json({ user, orders: [] });
  });

  api.post('/orders', ({ body }, response) => response.status(201).json({ id: 7001, ...body }));
  api.post('/notes', ({ body }, response) =>
    response.status(201).json({ id: 1, length: JSON.stringify(body ?? '').length }),
  );
  api.get('/notes/:id', ({ params: { id } }, response) => response.json({ id, html: '<p>Tea at <b>four</b>.</p>' }));
  api.post('/upload', ({ body }, response) =>
    response.status(201).json({ bytes: Buffer.isBuffer(body) ? body.length : 0 }),
  );
  api.get('/files', (_request, response) => response.status(404).json({ error: 'No such file.' }));
  api.post('/webhooks', (_request, response) => response.status(201).json({ id: 12 }));
  api.post('/graphql', (_request, response) => response.json({ data: { items: items.slice(0, 3) } }));

  api.use((_request, response) => response.status(404).json({ error: 'Not found.' }));
  api.use((error, _request, response, _next) =>
    response.status(error.status ?? 500).json({ error: 'Could not read the request.' }),
  );
  return api;
}

function found(response, row) {
  if (row) response.json(row);
  else response.status(404).json({ error: 'Not found.' });
}
