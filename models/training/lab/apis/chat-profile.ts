import { get, jsonCall } from '../http-client.js';
import { Random } from '../random.js';
import { personName, word, words } from '../text.js';
import { type ApiProfile, rowIds, textField } from './profile.js';

const seeded = new Random(67);

/** The n-th message of the history: time and counter in one number. */
export const messageId = (n: number): string => String(7_301_400_000_000_000n + BigInt(n) * 4096n);
export const HISTORY: readonly { id: string; from: string; text: string }[] = Array.from(
  { length: 3000 },
  (_, index) => ({
    id: messageId(index),
    from: personName(seeded),
    text: words(seeded, seeded.int(1, 40)),
  }),
);
export const MEMBERS: readonly { user: string; password: string }[] = Array.from({ length: 400 }, (_, index) => ({
  user: `${word(seeded)}.${word(seeded)}${index}`,
  password: `${words(seeded, 3).replaceAll(' ', '.')}`,
}));
export const MESSAGES_PER_PAGE = 100;
export const ROOMS: readonly string[] = ['general', 'random', 'support', 'releases', 'lunch', 'music'];

const known = (random: Random): string => random.pick(HISTORY).id;
const room = (random: Random): string => random.pick(ROOMS);

/** Chat: small posts of typing and presence, event streams, WebSockets beside them, long histories. */
export const CHAT: ApiProfile = {
  name: 'chat',
  accounts: MEMBERS,
  login: (user, password) => jsonCall('POST', '/api/session', { handle: user, password }),
  loginForm: { path: '/api/session', user: 'handle', password: 'password', failure: 'nope' },
  tokenOf: (reply) => textField(reply, 'sessionToken'),
  tokenFor: (user) => `c-${user}`,
  landing: (random) => [
    get('/chat'),
    get('/chat/chat.js'),
    get('/chat/emoji.json'),
    get('/api/rooms'),
    get(`/api/rooms/${room(random)}/messages?limit=100`),
    jsonCall('PUT', '/api/presence', { state: 'here' }),
  ],
  browse: (random) =>
    random.pick([
      () => jsonCall('POST', `/api/rooms/${room(random)}/messages`, { text: words(random, random.int(1, 30)) }),
      () => get(`/api/rooms/${room(random)}/messages?limit=100`),
      () => get(`/api/rooms/${room(random)}/messages?limit=100&before=${known(random)}`),
      () => jsonCall('POST', `/api/rooms/${room(random)}/typing`, {}),
      () => jsonCall('PUT', '/api/presence', { state: random.pick(['here', 'away']) }),
      () => jsonCall('POST', `/api/messages/${known(random)}/reactions`, { emoji: word(random) }),
      () => get(`/api/rooms/${room(random)}/members`),
    ])(),
  me: () => get('/api/me'),
  pageCount: 30,
  list: (page) =>
    get(`/api/rooms/general/messages?limit=100&before=${messageId(HISTORY.length - (page - 1) * MESSAGES_PER_PAGE)}`),
  idsIn: (reply) => rowIds(reply, 'messages'),
  item: (id) => get(`/api/messages/${id}`),
  knownId: known,
  countedId: messageId,
  guessedId: (random) => String(7_301_400_000_000_000n + BigInt(random.int(1, 2 ** 31)) * 7n + 1n),
  search: (text) => get(`/api/search?q=${encodeURIComponent(text)}`),
  create: (random) =>
    jsonCall('POST', `/api/rooms/${room(random)}/messages`, { text: words(random, random.int(1, 60)) }),
  change: (random) => jsonCall('PUT', `/api/messages/${known(random)}`, { text: words(random, random.int(1, 30)) }),
  slow: () => get('/api/rooms/general/digest'),
  big: () => get('/api/rooms/general/export'),
  upload: (bytes) => ({
    method: 'POST',
    path: '/api/attachments',
    headers: { 'content-type': 'image/webp' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall('POST', '/api/messages/import', {
      messages: Array.from({ length: rows }, () => ({ from: word(random), text: words(random, 8) })),
    }),
  health: () => get('/api/ping'),
  poll: (seconds) => get(`/api/events?timeout=${seconds}`),
  stream: (seconds) => get(`/api/events/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: (random) => get(`/api/messages/${known(random)}/translation`),
  forbidden: (random) => get(`/api/rooms/${word(random)}-private/messages`),
  redeem: (code) => jsonCall('POST', '/api/invitations/accept', { code }),
  invalid: (random) =>
    random.pick([
      () => jsonCall('POST', `/api/rooms/${room(random)}/messages`, { text: '' }),
      () => get('/api/rooms/nowhere/members'),
      () => get('/api/rooms/general/messages?limit=9999'),
      () => ({
        method: 'POST',
        path: '/api/rooms/general/messages',
        headers: { 'content-type': 'application/json' },
        body: '{',
      }),
    ])(),
  injectable: [
    '/api/search?q=FUZZ',
    '/api/messages/FUZZ',
    '/api/rooms/general/messages?limit=FUZZ',
    '/api/rooms/FUZZ/members',
  ],
};
