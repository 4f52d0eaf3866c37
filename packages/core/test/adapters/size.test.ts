import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, sourcesOf } from './adapters.js';
import { codeLines } from './code-lines.js';

/** What an adapter only translates fits into so many lines: any more of it is about security, and belongs into core. */
const MOST_LINES = 100;

describe('the size of an adapter', () => {
  it('is at most 100 lines of code', () => {
    const sizes = ADAPTERS.map((name) => {
      const lines = sourcesOf(name).map((file) => codeLines(readFileSync(file, 'utf8')));
      return { name, lines: lines.reduce((sum, each) => sum + each, 0) };
    });
    const table = sizes.map(({ name, lines }) => `${name.padEnd(10)}${String(lines).padStart(4)}`);
    process.stdout.write(`lines of code of each adapter, of ${MOST_LINES}:\n${table.join('\n')}\n`);
    expect(ADAPTERS).toEqual(expect.arrayContaining(['express', 'fastify', 'hono', 'koa', 'nestjs', 'node']));
    expect(sizes.filter(({ lines }) => lines === 0 || lines > MOST_LINES)).toEqual([]);
  });

  it.each([
    ['no line that is blank or a comment', '\n// one\n/* two\n three */\n/** four\n * five */\n\n', 0],
    ['a line with a comment behind its code', 'f(); // why\n/** what */ g();\n', 2],
    ['every line of a call, and brackets that stand alone', 'f(\n  1,\n\n  // why\n  2,\n);\n', 4],
    ['lines of a text that look like comments', 'const a = `\n// text\n/* text */\n`;\n', 4],
    ['what documents a member as none of it', 'interface A {\n  /** what\n   * it is */\n  b: string;\n}\n', 3],
  ])('counts %s', (_name, source, lines) => {
    expect(codeLines(source)).toBe(lines);
  });
});
