/**
 * Words that are plain to look at and still what an attacker asks for: commands, files and consoles that probes look for.
 * Chosen from the plain-looking rest of public attack lists.
 */
const PROBING_WORDS = wordsOf(
  'bash cat certutil chmod cmd curl dir echo exec getuid id ifconfig ipconfig iptables ls lsof mshta netcat netstat nslookup',
  'passthru perl phpinfo ping powershell printenv ps pwd python reboot shell shutdown sleep sudo systemctl systeminfo',
  'tasklist traceroute uname ver waitfor wget whoami wmic',
  'backup dump env environ etc fstab git htaccess htpasswd passwd proc root shadow svn system32 win',
  'actuator bin cgi cgicso console debug geoserver goform graphiql heapdump',
  'jnditest jolokia level luci manager nacos phpmyadmin pma servlet servlets solr webadmin xmlrpc',
);

/** Those that are written with a dash or an underscore. */
const PROBING_NAMES = wordsOf(
  'meta-inf web-inf _vti_bin _vti_cnf cgi-bin fcgi-bin jmx-console server-info server-status',
  'wls-wsat wp-admin wp-content wp-includes wp-json wp-login',
);

/** Commands that are also everyday words, languages or abbreviations: alone, under a name that promises no command, they are those. */
const EVERYDAY_WORDS = wordsOf('bash cat dir echo id perl ps python shell sleep ver');

/** Words of query languages: harmless alone, a statement when there are several. */
const QUERY_WORDS = wordsOf(
  'alter concat delete drop dual exists from having insert into select table truncate union update where xor',
);

function wordsOf(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** The pattern of any of the words with a separator, of those in the character class, on each side. */
function between(separators: string, words: readonly string[]): string {
  return `(?:^|[${separators}])(?:${words.join('|')})(?=$|[${separators}])`;
}

/** The `net` of Windows with what it is asked for; net weights and net prices are not. */
const NET_COMMAND = '^net (?:accounts|group|localgroup|session|share|start|use|user|view)(?: |$)';
const PROBING = new RegExp(
  [between('\\s/_-', PROBING_WORDS), between('\\s/', PROBING_NAMES), NET_COMMAND].join('|'),
  'i',
);
const TELLING = new RegExp(
  between(
    '\\s/_,;=-',
    PROBING_WORDS.filter((word) => !EVERYDAY_WORDS.includes(word)),
  ),
  'i',
);
const EVERYDAY = new RegExp(`^(?:${EVERYDAY_WORDS.join('|')})$`, 'i');
const QUERY = new RegExp(between('\\s/', QUERY_WORDS), 'i');
const SEVERAL_WORDS = /[\s/]/;

/** Whether a text, or a segment of a path, names something that probes ask for. Linear. */
export function hasProbingWord(text: string): boolean {
  return PROBING.test(text);
}

/** Whether a text names something that only probes ask for: `id` and `ps` are languages too. Linear. */
export function hasTellingWord(text: string): boolean {
  return TELLING.test(text) || hasQueryWord(text);
}

/** Whether a text is one of the probing words that people also use, and nothing else: a pet, a language, a column's name. */
export function isEverydayWord(text: string): boolean {
  return EVERYDAY.test(text);
}

/** Whether a text of several words could be the middle of a query. Linear. */
export function hasQueryWord(text: string): boolean {
  return SEVERAL_WORDS.test(text) && QUERY.test(text);
}
