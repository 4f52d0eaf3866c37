import { describe, expect, it } from 'vitest';
import { delimiterOf, nextDelimiter } from './delimiter.js';

const DELIMITER = Buffer.from('--B');

function next(body: string) {
  return nextDelimiter(Buffer.from(body), DELIMITER, 0);
}

describe('nextDelimiter', () => {
  it('finds a line that is the delimiter, at the beginning and further down', () => {
    expect(next('--B\r\nx')).toEqual({ start: 0, end: 3, last: false });
    expect(next('x\r\n--B\r\n')).toEqual({ start: 3, end: 6, last: false });
    expect(next('x\n--B \t\n')).toEqual({ start: 2, end: 5, last: false });
    expect(next('x\r\n--B--')).toEqual({ start: 3, end: 8, last: true });
    expect(next('x\r\n--B')).toEqual({ start: 3, end: 6, last: false });
  });

  it('does not take a piece of a line for one', () => {
    expect(next('x--B\r\n')).toBeNull();
    expect(next('x\r\n--Bx\r\n')).toBeNull();
    expect(next('x\r\n--B-\r\n')).toBeNull();
    expect(next('x\r\n--Bx\r\n--B\r\n')).toEqual({ start: 9, end: 12, last: false });
  });
});

describe('delimiterOf', () => {
  it('takes the one that the type names, or the first line where the body has no such line', () => {
    expect(delimiterOf(Buffer.from('--A\r\n--B\r\n'), 'B')).toEqual(DELIMITER);
    expect(delimiterOf(Buffer.from('--B \r\nx'), '')).toEqual(DELIMITER);
    expect(delimiterOf(Buffer.from('--B\r\nx'), 'A')).toEqual(DELIMITER);
    expect(delimiterOf(Buffer.from('x\r\nx--A\r\n'), 'A')).toBeNull();
  });
});
