/** Cuts a text for display to at most `max` UTF-16 units, never through a surrogate pair; a cut ends in `…`. */
export function cut(text: string, max = 256): string {
  if (text.length <= max) return text;
  if (max < 1) return '';
  const last = text.charCodeAt(max - 2);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}
