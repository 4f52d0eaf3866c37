/**
 * Words that are plain to look at and still what an attacker asks for: commands, files and consoles that probes look for.
 * Chosen from the plain-looking rest of public attack lists.
 */
const PROBING_WORDS: ReadonlySet<string> = new Set(
  [
    'bash cat certutil chmod cmd curl dir echo exec getuid id ifconfig ipconfig iptables ls lsof mshta netcat netstat nslookup',
    'passthru perl phpinfo ping powershell printenv ps pwd python reboot shell shutdown sleep sudo systemctl systeminfo',
    'tasklist traceroute uname ver waitfor wget whoami wmic',
    'backup dump env environ etc fstab git htaccess htpasswd meta-inf passwd proc root shadow svn system32 web-inf win',
    '_vti_bin _vti_cnf actuator bin cgi cgi-bin cgicso console debug fcgi-bin geoserver goform graphiql heapdump jmx-console',
    'jnditest jolokia level luci manager nacos phpmyadmin pma server-info server-status servlet servlets solr webadmin',
    'wls-wsat wp-admin wp-content wp-includes wp-json wp-login xmlrpc',
  ].flatMap((line) => line.split(' ')),
);

/** Commands that are also everyday words, languages or abbreviations: alone, under a name that promises no command, they are those. */
const EVERYDAY_WORDS: ReadonlySet<string> = new Set('bash cat dir echo id perl ps python shell sleep ver'.split(' '));

/** The `net` of Windows with what it is asked for; net weights and net prices are not. */
const NET_COMMAND = /^net (?:accounts|group|localgroup|session|share|start|use|user|view)(?: |$)/;

/** Words of query languages: harmless alone, a statement when there are several. */
const QUERY_WORDS: ReadonlySet<string> = new Set(
  'alter concat delete drop dual exists from having insert into select table truncate union update where xor'.split(
    ' ',
  ),
);

/** No separator of any kind in it. */
const ONE_WORD = /^[^\s/_-]*$/;
const BETWEEN_WORDS = /[\s/_-]+/;
const BETWEEN_NAMES = /[\s/]+/;
const BETWEEN_TOKENS = /[\s/_,;=-]+/;

/** Whether a text, or a segment of a path, names something that probes ask for. Linear. */
export function hasProbingWord(text: string): boolean {
  const lower = text.toLowerCase();
  if (ONE_WORD.test(lower)) return PROBING_WORDS.has(lower);
  return (
    NET_COMMAND.test(lower) ||
    hasAny(lower.split(BETWEEN_NAMES), PROBING_WORDS) ||
    hasAny(lower.split(BETWEEN_WORDS), PROBING_WORDS)
  );
}

/** Whether a text names something that only probes ask for: `id` and `ps` are languages too. Linear. */
export function hasTellingWord(text: string): boolean {
  const words = text.toLowerCase().split(BETWEEN_TOKENS);
  return words.some((word) => PROBING_WORDS.has(word) && !EVERYDAY_WORDS.has(word)) || hasQueryWord(text);
}

/** Whether a text is one of the probing words that people also use, and nothing else: a pet, a language, a column's name. */
export function isEverydayWord(text: string): boolean {
  return EVERYDAY_WORDS.has(text.toLowerCase());
}

/** Whether a text of several words could be the middle of a query. Linear. */
export function hasQueryWord(text: string): boolean {
  const words = text.toLowerCase().split(BETWEEN_NAMES);
  return words.length > 1 && hasAny(words, QUERY_WORDS);
}

function hasAny(words: readonly string[], known: ReadonlySet<string>): boolean {
  return words.some((word) => known.has(word));
}
