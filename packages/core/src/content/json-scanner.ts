import { readJsonString } from './json-string.js';
import type { TreeEvents } from './tree-reader.js';

/**
 * How a text turned out: `complete` JSON, `several` documents one after the other, `cut` off in the middle but fine so
 * far, or `malformed`.
 */
export type JsonVerdict = 'complete' | 'several' | 'cut' | 'malformed';

/**
 * Reads a text as JSON (RFC 8259) in one pass without recursion and tells what it finds. Unlike `JSON.parse` it reports
 * every duplicate key, and it reads on behind an error: what follows is still told, as far as it can be made out.
 * Linear; never throws.
 */
export function scanJson(text: string, events: TreeEvents): JsonVerdict {
  return new JsonScanner(text, events).scan();
}

/** What may come next; `document` is `value` behind a finished document. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'document';

/** Both patterns walk over each character once: no part of them can match the same text in two ways. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const BEGINS_LITERAL = /^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-|-?\d+(?:\.|[eE][+-]?)?|-?\d+\.\d+[eE][+-]?)$/;

class JsonScanner {
  #at = 0;
  #expected: Expected = 'value';
  #wrong = false;
  /** Whether the text ended inside a string or a word. */
  #unfinished = false;
  #documents = 0;
  /** Whether each open container is an array. */
  readonly #arrays: boolean[] = [];

  constructor(
    readonly text: string,
    readonly events: TreeEvents,
  ) {}

  scan(): JsonVerdict {
    const { text, events } = this;
    while (this.#at < text.length && !events.full) {
      const code = text.charCodeAt(this.#at);
      if (isSpace(code)) this.#at++;
      else if (code === QUOTE) this.#string();
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#open(code === OPEN_BRACKET);
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.#close(code === CLOSE_BRACKET);
      else if (code === COMMA) this.#comma();
      else if (code === COLON) this.#colon();
      else this.#word();
    }
    if (this.#wrong) return 'malformed';
    if (this.#unfinished || this.#arrays.length > 0 || this.#documents === 0) return 'cut';
    return this.#documents > 1 ? 'several' : 'complete';
  }

  #string(): void {
    const { value, characters, end, closed, valid } = readJsonString(this.text, this.#at);
    if (!valid) this.#wrong = true;
    if (!closed) this.#unfinished = true;
    this.#at = end;
    if (this.#isKey()) this.#key(value);
    else {
      this.#valueBegins();
      this.events.string(value, characters);
      this.#valueEnds();
    }
  }

  #word(): void {
    const { text } = this;
    let end = this.#at;
    while (end < text.length && ENDS_WORD[text.charCodeAt(end)] !== 1) end++;
    const word = text.slice(this.#at, end);
    this.#at = end;
    const literal = word === 'true' || word === 'false' || word === 'null' || NUMBER.test(word);
    if (!literal && end === text.length && BEGINS_LITERAL.test(word)) this.#unfinished = true;
    else if (!literal) this.#wrong = true;
    if (this.#isKey()) {
      this.#wrong = true;
      this.#key(word);
      return;
    }
    this.#valueBegins();
    if (literal) this.events.literal(word);
    this.#valueEnds();
  }

  #open(array: boolean): void {
    this.#at++;
    this.#valueBegins();
    this.#arrays.push(array);
    this.events.open(array ? '[' : '{');
    this.#expected = array ? 'value-or-end' : 'key-or-end';
  }

  #close(array: boolean): void {
    this.#at++;
    const open = this.#arrays.pop();
    if (open === undefined) {
      this.#wrong = true;
      return;
    }
    const mayEnd = this.#expected === 'comma-or-end' || this.#expected === (array ? 'value-or-end' : 'key-or-end');
    if (open !== array || !mayEnd) this.#wrong = true;
    this.events.close();
    this.#valueEnds();
  }

  #comma(): void {
    this.#at++;
    if (this.#expected !== 'comma-or-end') this.#wrong = true;
    this.#expected = this.#arrays.at(-1) === false ? 'key' : 'value';
  }

  #colon(): void {
    this.#at++;
    if (this.#expected !== 'colon') this.#wrong = true;
    this.#expected = 'value';
  }

  /** Whether the string just read is a key: one is due, or a colon shows that a comma was forgotten. */
  #isKey(): boolean {
    if (this.#expected === 'key' || this.#expected === 'key-or-end') return true;
    return !this.#expectsValue() && this.#colonFollows();
  }

  #key(name: string): void {
    if (this.#expected !== 'key' && this.#expected !== 'key-or-end') this.#wrong = true;
    this.events.key(name);
    this.#expected = 'colon';
  }

  #valueBegins(): void {
    if (!this.#expectsValue()) this.#wrong = true;
  }

  #valueEnds(): void {
    if (this.#arrays.length > 0) {
      this.#expected = 'comma-or-end';
      return;
    }
    this.#documents++;
    this.#expected = 'document';
  }

  #expectsValue(): boolean {
    return this.#expected === 'value' || this.#expected === 'value-or-end' || this.#expected === 'document';
  }

  #colonFollows(): boolean {
    let at = this.#at;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return this.text.charCodeAt(at) === COLON;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** `[128]`: 1 at the code of each character that no word goes beyond. */
const ENDS_WORD = new Uint8Array(128);
for (const character of ' \n\r\t",:[]{}') ENDS_WORD[character.charCodeAt(0)] = 1;
