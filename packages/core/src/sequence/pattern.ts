/**
 * The patterns of behaviour that the BiLSTM tells apart, in the order of its pattern output.
 * Part of the sequence schema.
 */
export const BEHAVIOUR_PATTERNS = [
  'brute-force',
  'credential-stuffing',
  'enumeration',
  'scraping',
  'flood',
  'slow-attack',
  'probing',
] as const;

/** A pattern of behaviour that a client's sequence can show. */
export type BehaviourPattern = (typeof BEHAVIOUR_PATTERNS)[number];
