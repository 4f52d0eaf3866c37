/**
 * Words that are plain to look at and still what an attacker asks for: commands, words of query languages, files and
 * consoles that probes look for. A value or a path segment with one of them is read by the model, which knows the context.
 * Chosen from the plain-looking rest of public attack lists; a word here costs one inference, then the cache knows it.
 */
const PROBING_WORDS: ReadonlySet<string> = new Set([
  // shell
  ...['bash', 'cat', 'chmod', 'cmd', 'curl', 'dir', 'echo', 'exec', 'id', 'ifconfig', 'ipconfig', 'ls', 'netstat'],
  ...[
    'nslookup',
    'passthru',
    'perl',
    'phpinfo',
    'ping',
    'powershell',
    'ps',
    'pwd',
    'python',
    'reboot',
    'shell',
    'shutdown',
  ],
  ...['sleep', 'system', 'tasklist', 'uname', 'ver', 'waitfor', 'wget', 'whoami'],
  // query languages
  ...[
    'alter',
    'concat',
    'delete',
    'drop',
    'dual',
    'exists',
    'from',
    'having',
    'insert',
    'into',
    'like',
    'order',
    'select',
  ],
  ...['table', 'truncate', 'union', 'update', 'where', 'xor'],
  // files
  ...['environ', 'etc', 'fstab', 'hosts', 'htaccess', 'htpasswd', 'inf', 'issue', 'passwd', 'proc', 'shadow', 'win'],
  ...['meta-inf', 'web-inf', 'system32', 'git', 'svn', 'env', 'root', 'dump', 'backup'],
  // consoles and interfaces
  ...[
    '_vti_bin',
    '_vti_cnf',
    'actuator',
    'bin',
    'cgi',
    'cgi-bin',
    'cgicso',
    'console',
    'debug',
    'fcgi-bin',
    'geoserver',
  ],
  ...[
    'goform',
    'graphiql',
    'heapdump',
    'jmx-console',
    'jolokia',
    'level',
    'luci',
    'manager',
    'nacos',
    'phpmyadmin',
    'pma',
  ],
  ...[
    'ps',
    'server-info',
    'server-status',
    'servlet',
    'servlets',
    'solr',
    'webadmin',
    'wls-wsat',
    'wp-admin',
    'wp-content',
  ],
  ...['wp-includes', 'wp-json', 'wp-login', 'xmlrpc', 'jnditest'],
]);

const BETWEEN_WORDS = /[\s/_-]+/;
const BETWEEN_NAMES = /[\s/]+/;

/** Whether a text names something that probes ask for. Linear. */
export function hasProbingWord(text: string): boolean {
  const lower = text.toLowerCase();
  return isAny(lower.split(BETWEEN_NAMES)) || isAny(lower.split(BETWEEN_WORDS));
}

function isAny(words: readonly string[]): boolean {
  return words.some((word) => PROBING_WORDS.has(word));
}
