/** Offset basis and prime of 32-bit FNV-1a, as its authors (Fowler, Noll, Vo) chose them. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32-bit FNV-1a over the UTF-16 units of a text, as an unsigned integer. For telling texts apart, not for secrets. */
export function fnv1a(text: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  }
  return hash >>> 0;
}
