/** Every match of a global pattern, as `matchAll` finds them, but without its copy of the pattern for each call. */
export function allMatches(pattern: RegExp, text: string): readonly RegExpExecArray[] {
  pattern.lastIndex = 0;
  const first = pattern.exec(text);
  if (first === null) return [];
  const matches = [first];
  for (let next = pattern.exec(text); next !== null; next = pattern.exec(text)) matches.push(next);
  return matches;
}
