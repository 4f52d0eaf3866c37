import type { Random } from './random.js';

const WORDS: readonly string[] =
  `apple river table chair window garden paper bottle summer winter coffee station planet silver copper wooden simple
  yellow orange purple market ticket delivery invoice account balance payment street avenue mountain island bridge camera phone laptop charger
  cable holder leather cotton blanket pillow kitchen spoon plate glass mirror carpet lamp candle shelf drawer hammer screw driver engine wheel
  sensor battery valve pump filter humidity pressure temperature voltage current signal packet gateway firmware update restart select from plan
  union order group drop insert where like table script style alert image source office meeting report quarter budget project`
    .split(/\s+/)
    .filter((word) => word !== '');

const FIRST: readonly string[] =
  `anna ben carla david emma felix greta hugo irene jonas karin luca maria nils olga paul rosa stefan
  tina ulrich vera walter yusuf zoe sean aoife miguel chloe noah mei`.split(/\s+/);
const LAST: readonly string[] =
  `smith o'brien d'angelo meyer garcia novak kim lopez rossi dubois jensen haddad ivanova okafor tanaka
  muller schmidt andersson costa silva peters`.split(/\s+/);

const PASSWORDS: readonly string[] =
  `123456 password 12345678 qwerty 123456789 12345 1234 111111 1234567 dragon 123123 baseball abc123 football
  monkey letmein shadow master 666666 qwertyuiop 123321 mustang 1234567890 michael 654321 superman 1qaz2wsx 7777777 121212 000000 qazwsx
  123qwe killer trustno1 jordan jennifer zxcvbnm asdfgh hunter buster soccer harley batman andrew tigger sunshine iloveyou 2000 charlie robert
  thomas hockey ranger daniel starwars klaster 112233 george computer michelle jessica pepper 1111 zxcvbn 555555 11111111 131313 freedom 777777
  pass maggie 159753 aaaaaa ginger princess joshua cheese amanda summer love ashley nicole chelsea biteme matthew access yankees 987654321
  dallas austin thunder taylor matrix admin welcome login changeme secret`.split(/\s+/);

/** A few words of ordinary text. */
export function words(random: Random, count: number): string {
  const chosen: string[] = [];
  for (let i = 0; i < count; i++) chosen.push(random.pick(WORDS));
  return chosen.join(' ');
}

export function word(random: Random): string {
  return random.pick(WORDS);
}

export function personName(random: Random): string {
  const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
  return `${capital(random.pick(FIRST))} ${capital(random.pick(LAST))}`;
}

/** A password of the kind that guessing lists hold. */
export function commonPassword(random: Random): string {
  const base = random.pick(PASSWORDS);
  return random.chance(0.4) ? base + random.int(0, 99) : base;
}

/** A mail address that is unlikely to have an account here. */
export function strangeMail(random: Random): string {
  return `${random.pick(FIRST)}.${random.pick(LAST).replace("'", '')}${random.int(1, 9999)}@example.${random.pick(['com', 'net', 'org'])}`;
}

const USER_AGENTS = {
  browser: [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  ],
  mobile: [
    'ExampleApp/5.2 (iPhone; iOS 17.5; Scale/3.00)',
    'okhttp/4.12.0',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  ],
  program: [
    'axios/1.7.2',
    'python-requests/2.32.3',
    'Go-http-client/1.1',
    'node-fetch',
    'curl/8.5.0',
    'PostmanRuntime/7.39.0',
  ],
} as const;

export function userAgent(random: Random, family: keyof typeof USER_AGENTS): string {
  return random.pick(USER_AGENTS[family]);
}

/** Headers as clients send them: hardly any, the usual few, or a browser's full set with cookies. Sizes tell nothing of intent. */
export function drawHeaders(random: Random, family: keyof typeof USER_AGENTS): Record<string, string> {
  const host = { host: random.pick(['api.example', 'localhost', 'shop.internal.example']) };
  const agent = { 'user-agent': userAgent(random, family) };
  switch (random.pick(['bare', 'lean', 'usual', 'rich'])) {
    case 'bare':
      return host;
    case 'lean':
      return { ...host, ...agent };
    case 'usual':
      return { ...host, ...agent, accept: '*/*' };
    default:
      return {
        ...host,
        ...agent,
        accept: 'application/json, text/plain, */*',
        'accept-encoding': 'gzip, deflate, br',
        'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
        'sec-fetch-mode': 'cors',
        'sec-fetch-site': 'same-origin',
        referer: `https://app.example/${word(random)}`,
        cookie: `theme=dark; session=${random.hex(random.int(24, 900))}`,
      };
  }
}
