import { formCall, get, jsonCall } from '../http-client.js';
import type { Random } from '../random.js';
import { personName, words } from '../text.js';
import { ACCOUNTS, DOCUMENTS } from './account-data.js';
import { type ApiProfile, rowIds, textField } from './profile.js';

const documentId = (random: Random): string => random.pick(DOCUMENTS).id;

/** Accounts and documents: much signing in, random identifiers, larger pages. */
export const ACCOUNT: ApiProfile = {
  name: 'account',
  accounts: ACCOUNTS,
  login: (user, password) => formCall('/v1/session', { email: user, secret: password }),
  loginForm: { path: '/v1/session', user: 'email', password: 'secret', failure: 'wrong' },
  tokenOf: (reply) => textField(reply, 'accessToken'),
  tokenFor: (user) => `at-${user}`,
  landing: () => [get('/signin'), get('/static/main.css'), get('/static/main.js'), get('/v1/config')],
  browse: (random) =>
    random.pick([
      () => get('/v1/profile'),
      () => get(`/v1/documents/${documentId(random)}`),
      () => get(`/v1/documents?offset=${random.int(0, 8) * 10}&limit=10`),
      () => get(`/v1/documents/${documentId(random)}/history`),
      () => get('/v1/sessions'),
      () => jsonCall('PATCH', '/v1/profile', { name: personName(random), about: words(random, random.int(3, 40)) }),
    ])(),
  me: () => get('/v1/profile'),
  pageCount: 24,
  list: (page) => get(`/v1/documents?offset=${(page - 1) * 10}&limit=10`),
  idsIn: (reply) => rowIds(reply, 'documents'),
  item: (id) => get(`/v1/documents/${id}`),
  knownId: documentId,
  countedId: (n) => {
    const prefix = DOCUMENTS[0]?.id.slice(0, 24) ?? '';
    return prefix + (n + 1).toString(16).padStart(12, '0');
  },
  guessedId: (random) => random.uuid(),
  search: (text) => get(`/v1/people?name=${encodeURIComponent(text)}`),
  create: (random) =>
    jsonCall('POST', '/v1/documents', { title: words(random, 4), text: words(random, random.int(20, 300)) }),
  change: (random) => jsonCall('PATCH', `/v1/documents/${documentId(random)}`, { title: words(random, 5) }),
  slow: () => get('/v1/documents/summary'),
  big: () => get('/v1/archive'),
  upload: (bytes) => ({
    method: 'PUT',
    path: '/v1/profile/picture',
    headers: { 'content-type': 'image/png' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall(
      'POST',
      '/v1/documents/batch',
      Array.from({ length: rows }, () => ({ title: words(random, 3), text: words(random, 12) })),
    ),
  health: () => get('/ready'),
  poll: (seconds) => get(`/v1/inbox?timeout=${seconds}`),
  stream: (seconds) => get(`/v1/inbox/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: () => get('/v1/rates'),
  forbidden: () => get('/v1/organisation/members'),
  redeem: (code) => formCall('/v1/recovery', { code }),
  invalid: (random) =>
    random.pick([
      () => get('/v1/documents?offset=-5'),
      () => jsonCall('POST', '/v1/documents', { title: '' }),
      () => get('/v1/documents/latest'),
      () => formCall('/v1/token/refresh', {}),
    ])(),
  injectable: [
    '/v1/people?name=FUZZ',
    '/v1/documents?offset=FUZZ&limit=10',
    '/v1/documents/FUZZ',
    '/v1/inbox?timeout=0&folder=FUZZ',
  ],
};
