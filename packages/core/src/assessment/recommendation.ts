import type { AttackCategory } from '../model/scores.js';
import type { Level } from './assessment.js';

/** What a person should look at, per kind of attack. One sentence each; the level adds how urgent it is. */
const NEXT: Readonly<Record<AttackCategory, string>> = {
  sqli: 'Check that this field reaches the database only as a bound parameter, and look for slow or failing queries at this time.',
  nosqli: 'Reject objects where this field should be a string, and pass only checked values to the database query.',
  xss: 'Check that this field is escaped wherever a page shows it, and that a content security policy is set.',
  traversal: 'Check that this field never becomes part of a file path without being resolved against a fixed folder.',
  cmdi: 'Check that this field never reaches a shell: call programs with an argument list instead of a command line.',
  ssti: 'Check that this field is data for a template and never becomes part of the template itself.',
  ssrf: 'Check that addresses from this field are resolved and compared with a list of allowed hosts before the server fetches them.',
  xxe: 'Turn off external entities and document types in the XML parser that reads this body.',
  ldap: 'Escape this field before it becomes part of a directory filter.',
  crlf: 'Check that line breaks in this field cannot reach a response header or a log line.',
  deserialization: 'Do not deserialise objects from clients: accept plain data and check its shape.',
  protopollution:
    'Merge client data only into objects without a prototype, and refuse the keys __proto__, constructor and prototype.',
  log4shell: 'Update Log4j in every service that may log this field, and block outgoing LDAP and RMI from the servers.',
  graphql:
    'Limit depth, breadth and batch size of GraphQL operations, and turn introspection off where nobody needs it.',
  scanner: 'Look at what else this client asked for: a scanner tries many holes, and one may have answered.',
  other: 'Look at the marked part of the request and at how the route uses it.',
  'brute-force': 'Slow down or lock log-in for this client and this account, and check whether one attempt succeeded.',
  'credential-stuffing': 'Check which of the accounts tried have answered with success, and reset their passwords.',
  enumeration:
    'Check that this route tells a client only about its own objects, and use identifiers that cannot be counted through.',
  scraping: 'Limit how many pages or objects a client may read in a while, or ask it to use an export.',
  flood:
    'Limit the rate of this client in front of the application, and check how the routes it asks for behave under load.',
  'slow-attack': 'Lower the time limits for request headers and bodies, and the number of connections of one address.',
  probing: 'Look at the answers this client got: paths that did not answer 404 are what it will come back to.',
};

/** What a person should do next, in one or two sentences; `''` while the level is low. */
export function recommendationFor(category: AttackCategory | null, level: Level): string {
  if (level === 'low' || category === null) return '';
  if (level === 'medium') return `Watch for confirmation before acting. ${NEXT[category]}`;
  if (level === 'high') return `Investigate. ${NEXT[category]}`;
  return `Keep this client out while you investigate. ${NEXT[category]}`;
}
