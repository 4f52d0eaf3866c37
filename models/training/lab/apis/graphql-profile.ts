import { type Call, formCall, get, jsonCall } from '../http-client.js';
import { Random } from '../random.js';
import { personName, word, words } from '../text.js';
import { type ApiProfile, readJson, textField } from './profile.js';

const seeded = new Random(41);

/** Identifiers are opaque to clients and count all the same, as Relay's do. */
export const trackId = (n: number): string => Buffer.from(`Track:${10_000 + n}`).toString('base64url');
export const TRACKS: readonly { id: string; title: string; artist: string; seconds: number }[] = Array.from(
  { length: 600 },
  (_, index) => ({
    id: trackId(index),
    title: words(seeded, 3),
    artist: personName(seeded),
    seconds: seeded.int(60, 600),
  }),
);
export const LISTENERS: readonly { user: string; password: string }[] = Array.from({ length: 250 }, (_, index) => ({
  user: `${word(seeded)}_${index}`,
  password: `${words(seeded, 2).replace(' ', '-')}${seeded.int(1, 99)}`,
}));
export const TRACKS_PER_PAGE = 30;

const known = (random: Random): string => random.pick(TRACKS).id;

/** One operation in a POST, as most clients send it. */
export function operation(query: string, variables: Readonly<Record<string, unknown>> = {}): Call {
  return jsonCall('POST', '/graphql', { query, variables });
}

const QUERIES = {
  track: 'query Track($id: ID!) { track(id: $id) { id title artist seconds } }',
  tracks: 'query Tracks($page: Int) { tracks(page: $page) { id title } }',
  search: 'query Search($text: String) { search(text: $text) { id title artist } }',
  me: 'query Me { me { name } }',
  rate: 'mutation Rate($id: ID!, $stars: Int) { rateTrack(id: $id, stars: $stars) { id } }',
  add: 'mutation Add($title: String!) { addTrack(title: $title) { id } }',
} as const;

/** GraphQL: nearly everything is a POST to one route, and errors are answered with 200. */
export const GRAPHQL: ApiProfile = {
  name: 'graphql',
  accounts: LISTENERS,
  login: (user, password) => formCall('/auth/token', { grant_type: 'password', username: user, password }),
  loginForm: { path: '/auth/token', user: 'username', password: 'password', failure: 'invalid_grant' },
  tokenOf: (reply) => textField(reply, 'access_token'),
  tokenFor: (user) => `g-${user}`,
  landing: () => [
    get('/'),
    get('/client.js'),
    operation(QUERIES.me),
    operation(QUERIES.tracks, { page: 1 }),
    get('/graphql?query=%7Bme%7Bname%7D%7D'),
  ],
  browse: (random) =>
    random.pick([
      () => operation(QUERIES.track, { id: known(random) }),
      () => operation(QUERIES.tracks, { page: random.int(1, 20) }),
      () => operation(QUERIES.search, { text: words(random, random.int(1, 3)) }),
      () => operation(QUERIES.rate, { id: known(random), stars: random.int(1, 5) }),
      () => operation('query Old($id: ID!) { track(id: $id) { lyrics } }', { id: 'none' }),
      () =>
        jsonCall('POST', '/graphql', [
          { query: QUERIES.me },
          ...Array.from({ length: random.int(1, 5) }, () => ({
            query: QUERIES.track,
            variables: { id: known(random) },
          })),
        ]),
      () => get(`/graphql?query=${encodeURIComponent(`{track(id:"${known(random)}"){title}}`)}`),
    ])(),
  me: () => get('/api/rest/me'),
  pageCount: 20,
  list: (page) => get(`/api/rest/tracks?page=${page}`),
  idsIn: (reply) => {
    const value = readJson(reply) as { data?: { tracks?: { id: string }[] } } | undefined;
    return (value?.data?.tracks ?? []).map(({ id }) => id);
  },
  item: (id) => get(`/api/rest/tracks/${id}`),
  knownId: known,
  countedId: trackId,
  guessedId: (random) => trackId(random.int(2000, 9_000_000)),
  search: (text) => operation(QUERIES.search, { text }),
  create: (random) => operation(QUERIES.add, { title: words(random, random.int(2, 30)) }),
  change: (random) => operation(QUERIES.rate, { id: known(random), stars: random.int(1, 5) }),
  slow: () => operation('query Chart { chart { id title } }'),
  big: () => operation('query Everything { catalogue { id title artist seconds } }'),
  upload: (bytes) => ({
    method: 'POST',
    path: '/covers',
    headers: { 'content-type': 'image/jpeg' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall(
      'POST',
      '/graphql',
      Array.from({ length: Math.min(40, rows) }, () => ({
        query: QUERIES.add,
        variables: { title: words(random, 5) },
      })),
    ),
  health: () => get('/graphql/health'),
  poll: (seconds) => get(`/updates?wait=${seconds}`),
  stream: (seconds) => get(`/graphql/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: () => get('/api/rest/recommendations'),
  forbidden: () => get('/api/rest/royalties'),
  redeem: (code) => jsonCall('POST', '/api/rest/vouchers/redeem', { code }),
  invalid: (random) =>
    random.pick([
      () => operation('query { '),
      () => operation('query Track { track { id } }'),
      () => get('/graphql'),
      () => jsonCall('POST', '/graphql', {}),
    ])(),
  injectable: [
    '/graphql?query=%7Bsearch(text:%22FUZZ%22)%7Btitle%7D%7D',
    '/api/rest/tracks/FUZZ',
    '/api/rest/tracks?page=FUZZ',
    '/updates?wait=0&topic=FUZZ',
  ],
};
