import { join } from 'node:path';
import { type LabelledRecord, readRecords } from './record.js';

/** Collections of exploit requests in which some steps of an exploit are anybody's requests. */
export const REVIEWED_SOURCES = [
  'nuclei-templates',
  'nuclei-community',
  'afrog-pocs',
  'xray-pocs',
  'vulhub',
  'wy876-poc',
] as const;

/** A labelled attack in which no attack syntax was found: a person decides what it shows. */
export interface LabelCandidate {
  readonly source: string;
  /** Line of the source file, from 0. */
  readonly index: number;
  readonly template: string;
  /** Request line, the headers that may tell something, and body, percent-decoded. */
  readonly request: string;
}

const COMMAND =
  'id|ls|cat|echo|wget|curl|ping|nslookup|sleep|whoami|uname|ifconfig|ipconfig|expr|bash|sh|cmd|powershell|certutil|dir|type|touch|rm|nc|ncat|python\\w*|perl|php|pwd|set|ps|net|netstat|dig|cp|mv|chmod|printf|sed|awk|telnetd|reboot|nl';
const TELLING_COMMAND =
  'cat|wget|curl|nslookup|whoami|uname|ifconfig|ipconfig|expr|cmd|certutil|nc|netstat|touch|chmod|nl';

/**
 * What attacks are written with, as widely as can be said: one match anywhere in the decoded request and the label stands
 * without a person looking. Knows nothing of any model.
 */
const ATTACK_SYNTAX: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ['dot segment', /\.\.[/\\;%]|[/\\=]\.\.(?:$|\s|&|"|')|\.{3,}(?:[/\\]|etc)|[/\\]\.[/\\]|0x2e0x2e|%c0/i],
  [
    'system file',
    /\/etc\b|\/proc\/|\/root\/|\/var\/|\/windows\/|\\windows|\bc:[/\\]|win\.ini|web-inf|meta-inf|id_rsa|\.ssh|\.bash_/i,
  ],
  [
    'hidden or kept file',
    /\/[._](?:git|svn|env|ht|aws|ds_store|vscode|npmrc)|wp-config|web\.config|\.htaccess|\.(?:bak|old|orig|swp|sql|ppk)\b/i,
  ],
  [
    'markup',
    /<\/?(?:script|img|svg|iframe|body|input|video|audio|object|embed|style|a|b|br|h\d|marquee|math|details|form|meta|link|textarea|html?|x|foo|java|void|%|\?php|\?=|!--)[\s>/="+%]|<%|\bon(?:error|load|mouse\w+|focus|click|toggle|start|begin|animation\w*)\s*=/i,
  ],
  [
    'script',
    /javascript:|vbscript:|alert\s*[(`]|prompt\s*\(|confirm\s*\(|document\.(?:domain|cookie|write|location)|window\.|eval\(|constructor/i,
  ],
  ['substitution', /\$\(|\$\{|`[^`]+`|%\{|#\{|\{\{|\*\{|@\{|\{%|\$IFS|<#|#set|\$@|@\(|\{\.\w+\||\{if[:{]/i],
  ['shell', new RegExp(`(?:[;|&\\n]|\\|\\||&&|%0a)\\s*(?:/[\\w/]+/)?(?:${COMMAND})\\b(?![=\\[:./-]|%5b)`, 'i')],
  [
    'shell',
    new RegExp(
      `(?:^|[=:"'\\s>\\[{(|])(?:/\\w+/(?:\\w+/)?)?(?:${TELLING_COMMAND})(?:\\.exe\\b|\\s+[-/\\w]|["']?(?:[&<\\])},;]|\\s|$))(?!\\s*["']?:)|[=:>]\\s*"?(?:id|ls|dir|pwd)(?:"\\s*[\\]},]|&|<|$|\\s)|\\[\\s*"(?:id|ls)"\\s*\\]|/bin/(?:ba)?sh|(?:bash|powershell)\\s+-|echo\\s+[\\w"'%$]|\\bping\\s+[-\\w]|[|;&]calc`,
      'im',
    ),
  ],
  [
    'sql',
    /\b(?:union\b.{0,40}\bselect|select\b.{1,80}\bfrom|select\s*[(@'\d*]|select\s+\w+\(|insert\s+into|update\s+\w+\s+set|delete\s+from|drop\s+table|create\s+(?:table|alias|user)|alter\s+table|sleep\s*\(|benchmark\s*\(|waitfor|pg_sleep|dbms_|utl_|extractvalue|updatexml|waitfor|load_file|into\s+(?:out|dump)file|xp_cmd|group\s+by|order\s+by\s+\d|information_schema|version\s*\(|database\s*\(|char\s*\(|chr\s*\(|concat\w*\s*\(|declare\s+@|convert\s*\(|md5\s*\(|procedure\s+analyse|gtid_subset|hex\s*\(|substr\w*\s*\(|ascii\s*\(|if\s*\(\s*\d|case\s+when|rlike|count\s*\()|@@\w+|\|\|\s*\d=\d/i,
  ],
  [
    'quote with operator',
    /['"\u00bf\u00df]\s*(?:\)(?!\s*\{)|\|\||&&|and\b|or\b|xor\b|union\b|like\b)|['"]\s*(?:--|#|\/\*)|'\s*(?:;|\+|=|<(?!\/)|>\s*<)|(?:=|%|\w)'(?:&|$|\s|\))|=["'](?:&|$)|='"|="\w+&|\d\s+(?:and|or|xor)\s+[\w('"]|(?<!=)--(?:\s|&|$)|\/\*.*\*\/|\\'|\)\s*(?:and|or)\s|=['"]{2}/im,
  ],
  [
    'code',
    /<\?(?!xml)|<%|runtime\b|processbuilder|exec\w*\s*\(|system\s*\(|passthru\s*\(|popen|shell_exec|eval\s*\(|assert\s*\(|phpinfo\s*\(|print\w*\s*\(|echo\s*\(|die\s*\(|__import__|require\s*\(|class\.module|getclass|java\.lang|java\.util|javax\.|new\s+\w+\s*\(|#[a-z_]+\s*=|@[a-z]+\.[a-z.]+@|invokefunction|call_user_func|file_put_contents|base64_decode|fopen|process\.|child_process|response\.write|out\.print|function\s*\(|filter=(?:assert|system|eval)/i,
  ],
  ['entity', /<!(?:entity|doctype)|xinclude|xi:include|xsl:/i],
  [
    'scheme',
    /\b(?:file|gopher|dict|ftp|sftp|ldaps?|rmi|jndi|jar|netdoc|phar|php|jdbc|smb|view-source|iiop|local_file|zip|ogg|glob|tftp)\s*:[/\\,;\w]|\bdata:(?:[,;]|text|application)/i,
  ],
  [
    'inner address',
    /(?:(?<!xmlns(?::\w+)?="http:)\/\/|@)(?:localhost|127\.|0\.0\.0\.0|10\.\d+\.\d+\.\d|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|=(?:localhost|127\.)|169\.254\.|metadata\.google|100\.100\.100\.200|\[::1\]|0x7f|2130706433|\/\/0[:/]|\/\/0177|xip\.io/i,
  ],
  [
    'authority trick',
    /=\/\/\w|\/\/[^/?#\s"'<>]*@|\\\\[^"\\]|[=/]\/\/?\\|https?:(?!\/\/|\\\/|"|'|$|\s|%2f|,|\d)|https?:\/\/\/|\u3002/im,
  ],
  [
    'serialised object',
    /ro0ab|\xac\xed|aced0005|h4si|gasv|aaeaaad|o:\d+:"|a:\d+:\{|@type|\$type|"\$\w+"|\[\$\w+\]|_\$\$nd|ysoserial|!![a-z]+[./]|viewstate|objectinputstream|classloader|pickle|<java\b|<map>|unserialize/i,
  ],
  [
    'object key',
    /__proto__|constructor[.[\]]|prototype|\$(?:ne|gt|lt|gte|lte|where|regex|in|nin|exists|or|and|func)\b|\[\]\[|\w\[[#'"][^\]]*\]=/i,
  ],
  ['line break', /\n(?:set-cookie|location)\s*:|%0d|%0a|[\u010a\u010d]|\\r\\n|[\u560a\u560d]|\\u560[ad]/i],
  ['request inside', /\n(?:GET|POST|PUT|OPTIONS)\s\S+\sHTTP\/1|\sHTTP\/1\.\d\s*[\r\n?\u560a\u560d]/i],
  ['overlong', /([A-Za-z0-9])\1{119}/],
  [
    'uploaded script',
    /filename\*?=["']?[^"'\r\n]*\.(?:php\d?|phtml|phar|jspx?|aspx?|asp|ashx|asmx|cer|cgi|pl|py|sh|exe|war|htaccess|jar)|\.(?:php|jspx?|aspx?|asp|ashx|war)(?:;|::\$data|%20|\s|\u0000)?["']/i,
  ],
  [
    'template or expression',
    /\{\s*\d+\s*[*+]\s*\d+|\d{2,}\s*\*\s*\d{2,}|t\(java|\bognl|@java|#context|#_memberaccess|getwriter/i,
  ],
  ['directory', /\(\|?\(?[\w&|!]+=\*|\*\)\(|\)\(\w+=|\*\)\)/i],
  ['graph introspection', /__schema|introspection|(?:__typename\s+\w+:){2}/i],
  ['evaded', /%25\w\w|%u00|&#x?\d|\\x[2-7]\d|%ef%bc|(?:\\u00\w\w){4}/i],
];

/** Only where the request is addressed: elsewhere ordinary texts hold these. */
const PATH_SYNTAX: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  [
    'path trick',
    /;\/|\/;\/|\.\.;|(?<!:|%3a)\/\/[a-z.]|\/%2f|%00|\u0000|;\w*\.(?:js|css|png|jsp|do)\b|=\/{2,}\w|^\/{2,}|\\[@/]|%5c|\t|^\/[@:]|^\/https?:|\/\||">/i,
  ],
];

/** Braces that a scanner would have filled in: its call-back host, the target's name, a random word, a call of one of its functions. */
const UNFILLED_NAME =
  /\{\{\s*(?:oob\.\w+|hostname|baseurl|rooturl|interactsh-url|rand\w*(?:\([\d,\s]*\))?|username|password|userid|token|client_id|user|pass|\w*payload|command|file\w*|upload\w*|\w+_file_size|http_\d_[\w-]+|file\([^)]*\))\s*\}\}/gi;
const UNFILLED_CALL =
  /\{\{\s*(?:(?:base64\w*|url_?enc\w*|url_?dec\w*|md5|sha\d+|hmac|hex\w+|aes_cbc|to_?(?:lower|upper)|rand\w*|generate_j\w+|concat|replace|unquote|zlib|gzip)\(["']?)+|["']?(?:\s*,\s*(?:"[^"]*"|'[^']*'|\d+))*\)+\s*\}\}/gi;

/** Carried by every client; punctuation and addresses in them are ordinary, so only what never is counts. */
const TRANSPORT_HEADER =
  /^(?:host|user-agent|content-type|content-length|connection|accept(?:-.*)?|cache-control|pragma|upgrade-insecure-requests|sec-.*|dnt|te|origin|referer|if-.*|priority|x-requested-with|transfer-encoding|date|expires?|keep-alive|proxy-connection|upgrade|range|forwarded|x-forwarded-.*|x-real-ip)$/;
const TRANSPORT_SYNTAX =
  /\$\{|\(\)\s*\{|<script|<\?php|%\{|\{\{|'\s*(?:and|or|\|\||union|xor|\+)|sleep\s*\(|extractvalue|updatexml|waitfor|javascript:|alert\s*\(|jndi|select\s|\.\.\/|\r|\n|\/etc\/|\$\(|`|<img|"><|system\(|\/bin\/|rO0AB|a:\d+:\{|o:\d+:"|[;|]\s*(?:id|curl|wget|ping|nslookup)\b/i;

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|PROPFIND|MOVE|COPY|MKCOL|TRACE|CONNECT|TRACK|DEBUG)$/;

/** Names of the attack syntax that a request holds; where there is none, a person must look. */
export function attackSyntax(record: LabelledRecord): string[] {
  if (!METHOD.test(record.method ?? 'GET')) return [];
  const path = readings(record.path ?? '');
  const headers = Object.entries(record.headers ?? {});
  const texts = [
    ...path,
    ...readings(withoutFraming(record.body ?? '')),
    ...headers.flatMap(([name, value]) => (TRANSPORT_HEADER.test(name) ? [] : [name, ...readings(value)])),
  ];
  const found = [
    ...ATTACK_SYNTAX.filter(([, pattern]) => texts.some((text) => pattern.test(text))),
    ...PATH_SYNTAX.filter(([, pattern]) => path.some((text) => pattern.test(text))),
  ].map(([name]) => name);
  if (headers.some(([name, value]) => TRANSPORT_HEADER.test(name) && TRANSPORT_SYNTAX.test(value))) {
    found.push('transport header');
  }
  return [...new Set(found)];
}

/** A multipart body without its boundaries, which look like SQL comments. */
function withoutFraming(body: string): string {
  return body.replace(/(?:\r?\n|^)-{2,}[\w'()+,./:=?-]*/g, '\n');
}

/** A text as it is, percent-decoded as often as that changes it (three times at most), and what its base64 runs say. */
function readings(text: string): string[] {
  const found = [withoutPlaceholders(text)];
  for (let round = 0; round < 3; round++) {
    const last = found.at(-1) ?? '';
    const next = percentDecoded(last);
    if (next === last) break;
    found.push(next);
  }
  for (const run of (found.at(-1) ?? '').match(/[\w+/-]{12,}={0,2}/g) ?? []) {
    const inner = Buffer.from(run, 'base64').toString('latin1');
    if (/^[\t\n\r -~]+$/.test(inner)) found.push(inner);
  }
  return found;
}

/** A text without the braces that a scanner would have filled in, which look like template injection. */
export function withoutPlaceholders(text: string): string {
  return text.replace(UNFILLED_NAME, 'placeholder').replace(UNFILLED_CALL, '');
}

/** A form's plus signs and percent escapes read once. */
export function percentDecoded(text: string): string {
  return text
    .replace(/\+/g, ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replace(/%/g, ''), 'hex').toString('utf8'));
}

/** The strong attack requests of the reviewed sources in which no attack syntax was found, in the order of the files. */
export async function* labelCandidates(directory: string): AsyncGenerator<LabelCandidate> {
  for (const source of REVIEWED_SOURCES) {
    let index = -1;
    for await (const record of readRecords(join(directory, `${source}.jsonl.gz`))) {
      index++;
      if (record.label !== 'attack' || record.weak === true || attackSyntax(record).length > 0) continue;
      yield { source, index, template: record.template ?? '', request: requestText(record) };
    }
  }
}

function requestText(record: LabelledRecord): string {
  const headers = Object.entries(record.headers ?? {}).filter(([name]) => !TRANSPORT_HEADER.test(name));
  return [
    `${record.method ?? 'GET'} ${percentDecoded(record.path ?? '/')}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    percentDecoded(record.body ?? ''),
  ]
    .join('\n')
    .trimEnd();
}
