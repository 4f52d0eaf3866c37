/**
 * The kinds of attack that the content tower tells apart, in the order of its category output.
 * Part of the content schema.
 */
export const CONTENT_CATEGORIES = [
  'sqli',
  'nosqli',
  'xss',
  'traversal',
  'cmdi',
  'ssti',
  'ssrf',
  'xxe',
  'ldap',
  'crlf',
  'deserialization',
  'protopollution',
  'log4shell',
  'graphql',
  'scanner',
  'other',
] as const;

/** A kind of attack that a request's content can show. */
export type ContentCategory = (typeof CONTENT_CATEGORIES)[number];
