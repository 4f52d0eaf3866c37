/** Texts that whoever shows, files or forwards them is tempted to cut, escape, run or refuse. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>alert(1)</script>',
  "'; DROP TABLE alerts; --",
  '"\\"\'`#{7*7}{{7*7}}%s%n\\u0000',
  'NUL \u0000 in the middle',
  'lone \ud800 high and \udfff low surrogates',
  '\ufeff\u202e\u2028\u2029\u0085\u001b[31m',
  'Å and A\u030a are two texts',
  '__proto__',
  'a/b?c=d&e#f%2e%zz',
  '..',
  '=1+1',
  ' spaces around \t\r\n',
  '😀',
  '',
];
