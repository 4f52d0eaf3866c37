import { formCall, get, jsonCall } from '../http-client.js';
import { Random } from '../random.js';
import { word, words } from '../text.js';
import { type ApiProfile, rowIds, textField } from './profile.js';

const seeded = new Random(37);
/** Devices that exist: 24 hex digits, a counter at the end as object ids have. */
export const DEVICES: readonly string[] = Array.from(
  { length: 300 },
  (_, index) => `66f2a1c0b7d3${(0x4e1000 + index * 3).toString(16).padStart(12, '0')}`,
);
export const DEVICE_ACCOUNTS: readonly { user: string; password: string }[] = Array.from(
  { length: 150 },
  (_, index) => ({
    user: `device-${index + 1}`,
    password: seeded.hex(16),
  }),
);

const device = (random: Random): string => random.pick(DEVICES);
const reading = (random: Random): Record<string, number> => ({
  t: random.int(100, 400) / 10,
  h: random.int(10, 90),
  v: random.int(300, 420) / 100,
});

/** Ingestion and chat: small posts, long polls, event streams. */
export const INGEST: ApiProfile = {
  name: 'ingest',
  accounts: DEVICE_ACCOUNTS,
  login: (user, password) => jsonCall('POST', '/oauth/token', { grant_type: 'password', username: user, password }),
  loginForm: { path: '/oauth/token', user: 'username', password: 'password', failure: 'invalid_grant' },
  tokenOf: (reply) => textField(reply, 'access_token'),
  tokenFor: (user) => `k-${user}`,
  landing: (random) => [get('/console'), get('/console.js'), get('/devices?page=1'), get(`/devices/${device(random)}`)],
  browse: (random) =>
    random.pick([
      () => get(`/devices/${device(random)}`),
      () => get(`/devices/${device(random)}/readings?last=${random.int(10, 200)}`),
      () => jsonCall('POST', '/messages', { room: word(random), text: words(random, random.int(2, 25)) }),
      () => get(`/messages?room=${word(random)}&after=${random.int(1, 9999)}`),
      () => jsonCall('POST', `/devices/${device(random)}/readings`, reading(random)),
    ])(),
  me: () => get('/whoami'),
  pageCount: 15,
  list: (page) => get(`/devices?page=${page}`),
  idsIn: (reply) => rowIds(reply, 'devices'),
  item: (id) => get(`/devices/${id}`),
  knownId: device,
  countedId: (n) => `66f2a1c0b7d3${(0x4e1000 + n).toString(16).padStart(12, '0')}`,
  guessedId: (random) => random.hex(24),
  search: (text) => get(`/messages?room=lobby&text=${encodeURIComponent(text)}`),
  create: (random) => jsonCall('POST', '/messages', { room: 'lobby', text: words(random, random.int(2, 30)) }),
  change: (random) => jsonCall('POST', `/devices/${device(random)}/readings`, reading(random)),
  slow: (random) => get(`/devices/${device(random)}/analysis`),
  big: () => get('/readings/export'),
  upload: (bytes) => ({
    method: 'POST',
    path: '/firmware',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall('POST', '/readings/batch', {
      readings: Array.from({ length: rows }, () => ({ device: device(random), ...reading(random) })),
    }),
  health: () => get('/healthz'),
  poll: (seconds) => get(`/messages/poll?wait=${seconds}`),
  stream: (seconds) => get(`/messages/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: (random) => get(`/devices/${device(random)}/forecast`),
  forbidden: () => get('/fleet/settings'),
  redeem: (code) => jsonCall('POST', '/pairing', { code }),
  invalid: (random) =>
    random.pick([
      () => jsonCall('POST', '/messages', {}),
      () => get('/devices/unknown'),
      () => get('/devices?page=0'),
      () => formCall('/oauth/token', { grant_type: 'none' }),
    ])(),
  injectable: ['/messages?room=FUZZ&after=1', '/devices/FUZZ', '/devices?page=FUZZ', '/messages?room=lobby&text=FUZZ'],
};
