/** Text that a store is tempted to cut, escape, normalise or refuse. */
export const HOSTILE_TEXTS: readonly string[] = [
  "'; DROP TABLE alerts; --",
  '"\\"\'`#{7*7}{{7*7}}%s%n\\u0000',
  'NUL \u0000 in the middle',
  'lone \ud800 high and \udfff low surrogates',
  '\ufeff\u202e\u2028\u2029\u0085\u001b[31m',
  'Å and A\u030a are two texts',
  '__proto__',
  '=1+1',
  ' spaces around \t\r\n',
  '',
];
