import { formCall, get, jsonCall } from '../http-client.js';
import type { Random } from '../random.js';
import { personName, word, words } from '../text.js';
import { type ApiProfile, rowIds, textField } from './profile.js';
import { SHOP_ACCOUNTS, SHOP_ITEMS } from './shop-data.js';

const itemId = (random: Random): string => String(random.int(1, SHOP_ITEMS));

/** A CRUD shop: counted ids, JSON, assets. */
export const SHOP: ApiProfile = {
  name: 'shop',
  accounts: SHOP_ACCOUNTS,
  login: (user, password) => jsonCall('POST', '/login', { username: user, password }),
  loginForm: { path: '/login', user: 'username', password: 'password', failure: 'Invalid' },
  tokenOf: (reply) => textField(reply, 'token'),
  tokenFor: (user) => `t-${user}`,
  landing: (random) => [
    get('/'),
    get('/assets/app.js'),
    get('/assets/app.css'),
    get('/assets/logo.svg'),
    get('/items?page=1&size=20'),
    get(`/items/${itemId(random)}`),
    get('/categories'),
  ],
  browse: (random) =>
    random.pick([
      () => get(`/items/${itemId(random)}`),
      () => get(`/items?page=${random.int(1, 5)}&size=20`),
      () => get(`/search?q=${encodeURIComponent(words(random, random.int(1, 3)))}`),
      () => get('/categories'),
      () => get('/orders'),
      () => get(`/users/${random.int(1, 200)}`),
      () => jsonCall('POST', '/orders', { item: itemId(random), quantity: random.int(1, 4), note: words(random, 4) }),
    ])(),
  me: () => get('/me'),
  pageCount: 25,
  list: (page) => get(`/items?page=${page}&size=20`),
  idsIn: (reply) => rowIds(reply, 'items'),
  item: (id) => get(`/items/${id}`),
  knownId: itemId,
  countedId: (n) => String(n + 1),
  guessedId: (random) => String(random.int(1000, 9_999_999)),
  search: (text) => get(`/search?q=${encodeURIComponent(text)}`),
  create: (random) =>
    jsonCall('POST', '/items', {
      name: words(random, 2),
      price: random.int(1, 900),
      description: words(random, random.int(5, 60)),
    }),
  change: (random) =>
    jsonCall('PUT', `/items/${itemId(random)}`, { name: words(random, 2), owner: personName(random) }),
  slow: (random) => get(`/reports/sales?month=2026-${String(random.int(1, 12)).padStart(2, '0')}`),
  big: () => get('/items/export'),
  upload: (bytes) => ({
    method: 'POST',
    path: '/files',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall('POST', '/items/import', {
      rows: Array.from({ length: rows }, () => ({ name: words(random, 2), price: random.int(1, 90) })),
    }),
  health: () => get('/health'),
  poll: (seconds) => get(`/notifications?wait=${seconds}`),
  stream: (seconds) => get(`/notifications/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: (random) => get(`/items/${itemId(random)}/stock`),
  forbidden: () => get('/admin/stats'),
  redeem: (code) => jsonCall('POST', '/password/reset', { code, password: 'new' }),
  invalid: (random) =>
    random.pick([
      () => jsonCall('POST', '/items', { price: -1 }),
      () => get('/items?page=none'),
      () => formCall('/login', { username: '' }),
      () => get(`/${word(random)}/${word(random)}`),
    ])(),
  injectable: ['/search?q=FUZZ', '/items?page=FUZZ&size=20', '/items/FUZZ', '/users/FUZZ', '/reports/sales?month=FUZZ'],
};
