import { percentDecoded, withoutPlaceholders } from './label-review.js';
import type { LabelledRecord } from './record.js';

/**
 * What each category looks like in a request, the most telling first: a request that shows several is named by the first.
 * Categories that only the endpoint can tell (a traversal by a plain file name, a scan) are not here.
 */
const SIGNS: ReadonlyArray<readonly [category: string, sign: RegExp]> = [
  ['log4shell', /\$\{(?:jndi:|\$\{|lower:|upper:|::-|env:\w+:-)[^\n]{0,80}(?:jndi|dns|ldap|rmi|j\}|\bj)/i],
  ['xxe', /<!(?:entity\b|doctype[^>[]{0,80}(?:\[|\bsystem\b))|<xi:include/i],
  [
    'deserialization',
    /rO0AB|\baced0005|AAEAAAD\/{3}|"@type"\s*:\s*"|\bO:\d+:\\?"|_\$\$ND_FUNC\$\$_|!!(?:javax|java|python)[./]|<java\.util|<void\s+(?:method|class)=|<sorted-set>|<dynamic-proxy>|<map>\s*<entry>|['"]\$type['"]\s*:|\ba:\d+:\{[is]:|\b1f8b08/i,
  ],
  ['protopollution', /__proto__|constructor(?:\]\[|\.|%5d%5b)prototype/i],
  ['graphql', /__schema\b|IntrospectionQuery|(?:__typename\s+\w+:\s*){2}/],
  [
    'sqli',
    /\bunion\b(?:\s|\/\*.{0,20}?\*\/|\(|all|distinct){1,9}select\b|\bselect\b.{1,80}\bfrom\b|\(\s*select\b|(?:extractvalue|updatexml|gtid_subset|pg_sleep|benchmark|sys\.fn_\w+|dbms_\w+\.\w+)\s*\(|waitfor\s+delay|['")\d]\s*(?:and|or|&&|\|\|)\s*\(?['"]?\w+['"]?\s*(?:=|like|>|<)\s*['"]?\w|\bsleep\(\s*\d+\s*\)\s*(?:\)|--|#|and|or|,|$)|'\s*(?:--|#|\/\*)|\bor\s+1\s*=\s*1|@@version|\b(?:create\s+alias|drop\s+table|insert\s+into|delete\s+from|order\s+by\s+\d|update\s+\w+\s+set)\b|xp_cmdshell|=-?\d*'(?:&|$)|'\|\|'|\s--(?:\s|&|$)|declare\s+@|\bunion\b[^a-z]{1,9}select\b|\/\*!\d{5}|\bconcat(?:_ws)?\s*\(/i,
  ],
  [
    'xss',
    /<\s*\/?\s*script\b|<(?:svg|img|iframe|body|input|video|audio|details|marquee|object|embed|math|a|x|acx|style|h1|b)\b[^>]{0,80}(?:\bon\w+\s*=|src\s*=|href\s*=)|\bon(?:error|load|mouse\w+|focus|toggle|click|begin|animation\w*)\s*=\s*["']?\w|javascript:|alert\s*\(|(?:confirm|prompt)\s*\(\s*(?:document|\d)/i,
  ],
  [
    'ssti',
    /\{\{[^}]{0,60}(?:\*|config|self|request|__class__|constructor|\|)[^}]{0,80}\}\}|[$#%*@]\{\s*(?:\(?#|\d+\s*[*+]|T\(|new\s|@|"|class)|\bT\(java\.|@java\.|\bognl\b|#_memberaccess|#context|<#(?:assign|list)|\{%\s|class\.module\.classloader|#set\s*\(|[\\{]\w?\{?\d+\s*\*\s*\d+\}|\{\{\s*\w+(?:\(|\.|\[|\*)|\$\{\w+\(/i,
  ],
  ['ldap', /\*\)\(\w+=|\)\(\|\(|\(\w+=\*\)\)/],
  [
    'nosqli',
    /\[\$(?:ne|gt|lt|gte|lte|regex|where|in|nin|exists)\]|"\$(?:ne|gt|lt|gte|lte|regex|where|nin|func|expr)"\s*:/i,
  ],
  [
    'traversal',
    /(?:\.\.|%2e%2e|%c0%ae|\.\.%00)(?:[/\\]|%2f|%5c|%c0%af|;\/){1,3}[^&"'\s]|\/etc\/(?:passwd|hosts|shadow)|win\.ini|boot\.ini|web-inf\/|\/proc\/self/i,
  ],
  [
    'cmdi',
    /(?:[;|&`\n]|\|\||&&|\$\()\s*(?:\/[\w/]+\/)?(?:id|ls|cat|echo|wget|curl|ping|nslookup|sleep|whoami|uname|ifconfig|ipconfig|expr|bash|sh|cmd|powershell|certutil|dir|touch|rm|nc|python\w*|perl|php|pwd|ps|netstat|dig|telnetd|reboot|printf)(?![\w=[:-])|<\?(?:php|=)|\b(?:passthru|shell_exec|system|popen|proc_open|phpinfo|eval|assert|exec)\s*\(|getruntime|processbuilder|child_process|\.execute\(\)|\/bin\/(?:ba)?sh|[=:"\s](?:cat|wget|curl|whoami|ifconfig|ipconfig|nslookup|uname|expr|cmd(?:\.exe)?\s+\/c)(?:\s+\S|["'&]|$)|\$\{?IFS|<!--#exec|call_user_func|`[^`\s][^`]{0,200}`|-c\s+'|\b(?:type|cat)\s+(?:\/|c:)|^(?:whoami|id|ls|dir|ipconfig|ifconfig|systeminfo)$|[|;&]calc\b|\becho\s+['\w]|\bping\s+[-\w]|\b(?:touch|bash|sh|powershell)\s+-?\/?\w|\b(?:fopen|fputs|printf|print|execute)\s*\(|<cfexecute|[('](?:expr|wget|curl)\s|\bsubprocess\b|;\$\(|\b(?:strip_slashes|post_render\]\[\])=\w+|fileName"\s*:\s*"cmd|RuntimeUtil|\[\s*"(?:id|ipconfig)"\s*\]|"request"\s*:\s*"id"|\b(?:cmd|command|exec\w*|sysCmd|utilCmdArgs)"?\s*[=:]\s*"?(?:id|ls|dir|pwd|-c )\b/i,
  ],
  [
    'ssrf',
    /(?:\/\/|@)(?:localhost|127\.|0\.0\.0\.0|10\.\d+\.\d+\.\d|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\]|0x7f|0177|0[:/])|169\.254\.169|metadata\.google|100\.100\.100\.200|\b(?:gopher|dict|netdoc):\/\//i,
  ],
  [
    'crlf',
    /(?:%0d|%0a|%e5%98%8a|%e5%98%8d|[\u560a\u560d]|\\r\\n)\s*(?:set-cookie|location|x-[\w-]+|content-\w+|host|\w+-?\w*)\s*:/i,
  ],
];

/** Requests inside a body (smuggling) count as CRLF injection: they are written with line breaks. */
const REQUEST_INSIDE = /\r?\n(?:GET|POST|PUT|OPTIONS)\s\S+\sHTTP\/1\.\d/;
const LINE_BREAK_IN_PATH = /[\r\n\u560a\u560d]|%0d|%0a/i;
const SCRIPT_UPLOAD =
  /filename\*?=["']?[^"'\r\n]*\.(?:php\d?|phtml|phar|jspx?|aspx?|ashx|asmx|cer|war|htaccess|cgi)\b/i;
/** Names which a collection's expressions also give to requests that show nothing of the kind. */
const OFTEN_WRONG: ReadonlySet<string> = new Set(['cmdi', 'crlf', 'openredirect', 'ssti', 'ssrf']);
const TARGET_URL =
  /(?:https?|ftp):|\/\/|%2f%2f|\/\\|%5c|@|\{\{|\b[\w-]+\.(?:com|net|org|me|io|cn|sh|pro|fun|live|example)\b/i;
const BODY_FRAME = /(?:\r?\n|^)-{2,}[^\r\n]*|content-disposition:\s*form-data/gi;

/**
 * Category of an exploit request by what it shows. The given one stays where the request shows it, or shows nothing that
 * names another; script uploads, and names that nothing in the request bears out, become `other`.
 */
export function shownCategory(record: LabelledRecord): string {
  const texts = readings(record);
  const shown = SIGNS.filter(([, sign]) => texts.some((text) => sign.test(text))).map(([category]) => category);
  const { category } = record;
  const body = record.body ?? '';
  if (REQUEST_INSIDE.test(body) || texts.some((text) => LINE_BREAK_IN_PATH.test(text) && text.startsWith('/')))
    shown.push('crlf');
  if (SCRIPT_UPLOAD.test(body)) return shown.includes('traversal') && category === 'traversal' ? category : 'other';
  if (shown.includes(category)) return category;
  if (shown[0] !== undefined) return shown[0];
  if (!OFTEN_WRONG.has(category)) return category;
  if (category === 'openredirect' || category === 'ssrf') {
    return texts.some((text) => TARGET_URL.test(text)) ? category : 'other';
  }
  return 'other';
}

/** Path, body without multipart framing, and headers beyond the host, as they are and percent-decoded twice. */
function readings(record: LabelledRecord): string[] {
  const raw = [
    record.path ?? '',
    (record.body ?? '').replace(BODY_FRAME, '\n'),
    ...Object.entries(record.headers ?? {}).flatMap(([name, value]) =>
      name === 'host' || name.startsWith('accept') || (name === 'content-type' && !/[%#{]/.test(value)) ? [] : [value],
    ),
  ];
  return raw.flatMap((text) => {
    const plain = withoutPlaceholders(text);
    const once = percentDecoded(plain);
    return [plain, once, percentDecoded(once)];
  });
}
