import { CharacterClass, charactersOf, consistsOf } from './characters.js';
import { decodeText } from './decode.js';

/** Bytes of a name that the content tower reads: the last ones, because names grow to the left (`order[billing][street]`). */
export const NAME_LENGTH = 24;
/** Characters of an encoded name that are decoded; what is left of them is never read. Ten for each byte: three layers. */
const ENCODED_CHARS = 240;

/** In a name of these nothing is encoded. */
const PLAIN =
  CharacterClass.LETTER | CharacterClass.DIGIT | CharacterClass.UNDERSCORE | CharacterClass.DOT | CharacterClass.DASH;

/** A name as its value carries it: decoded to a fixed point, in lower case, at most the last {@link NAME_LENGTH} characters. */
export function valueName(name: string): string {
  if (name.length <= NAME_LENGTH && consistsOf(charactersOf(name), PLAIN)) return name.toLowerCase();
  return tail(decodeText(tail(name, ENCODED_CHARS), false).decoded.toLowerCase(), NAME_LENGTH);
}

function tail(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(-chars);
}
