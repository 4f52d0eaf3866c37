/** Headers whose values are never kept (threat model, redaction rule 1). */
const SECRET_HEADERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
];

/** Words that make a name secret when they stand alone in it: too short to be looked for inside longer words. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...['pass', 'pwd', 'psw', 'pin', 'otp', 'totp', 'cvv', 'cvc', 'ssn', 'iban', 'jwt', 'sid', 'sig', 'csrf', 'xsrf'],
  ...['session', 'sessions'],
]);

/** Parts of one word that make a name secret wherever they stand. `secretary` and `tokenize` are none. */
const SECRET_PART = /passw|passphrase|passcode|pwd|secret(?!ar)|token(?!i[sz])|sessid|jwt|cvv|signature|credential/;
/** `userpass` is secret, `compass` is not. */
const PASS_ENDING = /pass$/;
const HARMLESS_PASS = /(?:com|by|sur|tres|over|under|out|im)pass$/;
/** Terms of several words, however they are joined: `apiKey`, `api_key`, `APIKEY`. */
const SECRET_TERM =
  /password|passphrase|authorization|(?:api|private|access|account|encryption|signing|session|auth)key|sessionid/;

/** Pieces of which every built-in secret name holds one; for a quick look whether a text may hold such a name. */
const STEMS = 'pass|pwd|psw|secret|token|key|sess|jwt|otp|pin|cv[vc]|ssn|iban|sig|[cx]srf|sid|cred|authoriz';

/** Names that are remembered, and characters of the longest: an API has few, and each request has them again. */
const KNOWN_NAMES = 1_000;
const MAX_KNOWN_CHARS = 64;

/** Which names of headers, parameters and fields stand for secrets. */
export interface SecretNames {
  /** For parameters and fields, at any depth: give it one segment. */
  field(name: string): boolean;
  header(name: string): boolean;
  /** Matches somewhere in every text that holds a secret field name; global and without regard to case. */
  readonly stems: RegExp;
}

/** The built-in names and `configured` ones. Case and separators make no difference. */
export function createSecretNames(configured: readonly string[] = []): SecretNames {
  const own = new Set(configured.map(squeezed).filter((name) => name !== ''));
  const headers = new Set(SECRET_HEADERS);
  const isField = (name: string): boolean => own.has(squeezed(name)) || isSecret(name);
  return {
    field: remembered(isField),
    header: remembered((name) => headers.has(name.toLowerCase()) || isField(name)),
    stems: new RegExp([STEMS, ...configured.map(stemOf)].filter((stem) => stem !== '').join('|'), 'gi'),
  };
}

/** `judge` with a memory of names, which begins anew when it is full. */
export function remembered(judge: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let secret = known.get(name);
    if (secret === undefined) {
      secret = judge(name);
      if (known.size === KNOWN_NAMES) known.clear();
      // A copy: a piece of a text would keep all of it alive.
      if (name.length <= MAX_KNOWN_CHARS) known.set(name.split('').join(''), secret);
    }
    return secret;
  };
}

function isSecret(name: string): boolean {
  return SECRET_TERM.test(squeezed(name)) || wordsOf(name).some(isSecretWord);
}

function isSecretWord(word: string): boolean {
  if (SECRET_WORDS.has(word) || SECRET_PART.test(word)) return true;
  return PASS_ENDING.test(word) && !HARMLESS_PASS.test(word);
}

/** `userAccess_token2` → user, access, token. */
function wordsOf(name: string): readonly string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}

/** The beginning of the longest word: it stays together however the words are joined. */
function stemOf(name: string): string {
  const words = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? [];
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '').slice(0, 4);
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
