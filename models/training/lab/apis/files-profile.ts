import { get, jsonCall } from '../http-client.js';
import { Random } from '../random.js';
import { personName, word, words } from '../text.js';
import { type ApiProfile, rowIds, textField } from './profile.js';

const seeded = new Random(53);

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}

export const fileId = (n: number): string => `F${200_000 + n}`;
export const FILES: readonly StoredFile[] = Array.from({ length: 400 }, (_, index) => ({
  id: fileId(index * 2),
  name: `${words(seeded, 2).replace(' ', '-')}.${seeded.pick(['pdf', 'png', 'txt', 'zip'])}`,
  bytes: Math.round(seeded.logBetween(500, 900_000)),
}));
export const FILE_USERS: readonly { user: string; password: string }[] = Array.from({ length: 120 }, (_, index) => ({
  user: `${personName(seeded)
    .toLowerCase()
    .replace(/[^a-z]/g, '')}${index}`,
  password: `${seeded.hex(4)}-${words(seeded, 1)}-${seeded.hex(4)}`,
}));

const known = (random: Random): string => random.pick(FILES).id;

/** A form with one file, as browsers send it. */
export function multipart(random: Random, bytes: Buffer): { contentType: string; body: Buffer } {
  const boundary = `----part${random.hex(16)}`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${word(random)}.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** File storage: uploads in two ways, ranges, conditional requests; nearly everything needs a token. */
export const FILES_PROFILE: ApiProfile = {
  name: 'files',
  accounts: FILE_USERS,
  login: (user, password) => jsonCall('POST', '/auth/login', { name: user, pass: password }),
  loginForm: { path: '/auth/login', user: 'name', password: 'pass', failure: 'denied' },
  tokenOf: (reply) => textField(reply, 'key'),
  tokenFor: (user) => `f-${user}`,
  landing: () => [get('/drive'), get('/drive/drive.js'), get('/quota'), get('/files?offset=0')],
  browse: (random) =>
    random.pick([
      () => get(`/files?offset=${random.int(0, 7) * 50}`),
      () => get(`/files/${known(random)}`),
      () => get(`/files/${known(random)}/content`, { range: `bytes=0-${random.int(500, 60_000)}` }),
      () => get(`/files/${known(random)}/thumbnail`),
      () => get('/quota'),
      () => jsonCall('PATCH', `/files/${known(random)}`, { name: `${word(random)}.txt` }),
    ])(),
  me: () => get('/quota'),
  pageCount: 8,
  list: (page) => get(`/files?offset=${(page - 1) * 50}`),
  idsIn: (reply) => rowIds(reply, 'entries'),
  item: (id) => get(`/files/${id}`),
  knownId: known,
  countedId: fileId,
  guessedId: (random) => fileId(random.int(2000, 700_000)),
  search: (text) => get(`/files/find?text=${encodeURIComponent(text)}`),
  create: (random) => {
    const { contentType, body } = multipart(random, Buffer.from(words(random, random.int(20, 400))));
    return { method: 'POST', path: '/files', headers: { 'content-type': contentType }, body };
  },
  change: (random) => jsonCall('PATCH', `/files/${known(random)}`, { name: `${words(random, 2)}.txt` }),
  slow: (random) => get(`/files/${known(random)}/scan`),
  big: () => get('/archive.zip'),
  upload: (bytes) => ({
    method: 'PUT',
    path: `/files/${fileId(0)}/content`,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  }),
  batch: (random, rows) =>
    jsonCall('POST', '/files/tags', {
      tags: Array.from({ length: rows }, () => ({ id: known(random), tag: word(random) })),
    }),
  health: () => get('/-/live'),
  poll: (seconds) => get(`/changes?wait=${seconds}`),
  stream: (seconds) => get(`/changes/stream?for=${seconds}`, { accept: 'text/event-stream' }),
  unsteady: (random) => get(`/files/${known(random)}/preview`),
  forbidden: (random) => get(`/teams/${random.int(1, 40)}/files`),
  redeem: (code) => get(`/s/${encodeURIComponent(code)}`),
  invalid: (random) =>
    random.pick([
      () => get(`/files/${known(random)}/content`, { range: 'bytes=99999999-' }),
      () => jsonCall('POST', '/files', { name: 'no body' }),
      () => get('/files?offset=first'),
      () => ({ method: 'PUT', path: `/files/${known(random)}/content`, headers: { 'if-match': '"old"' }, body: 'x' }),
    ])(),
  injectable: ['/files/find?text=FUZZ', '/files/FUZZ', '/files?offset=FUZZ', '/files/F200000/thumbnail?size=FUZZ'],
};
