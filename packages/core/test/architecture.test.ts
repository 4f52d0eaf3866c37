import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The rooms, left to right. A room may use those to its left and itself. Rooms of one entry stand side by side. */
const FLOW = [
  ['observation'],
  ['content', 'flow', 'sequence'],
  ['model'],
  ['assessment'],
  ['alert'],
  ['coordination'],
  ['policy'],
  ['store'],
];

/** What every room may use. */
const COMMON = new Set([
  'errors',
  'clock',
  'logger',
  'timers',
  'lru-growth',
  'lru-perf',
  'maybe-promise',
  'moment',
  'once',
  'deadline',
]);

/** `sequence` keeps flow features in its steps, and says so; nothing else crosses between rooms that stand side by side. */
const BESIDE = new Set(['sequence → flow']);

const sources = (readdirSync(SRC, { recursive: true }) as string[]).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing'),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const paths = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] as string);
  return paths.map((path) => relative(SRC, resolve(SRC, dirname(file), path)).replace(/\.js$/, '.ts'));
}

function roomOf(file: string): string | null {
  return file.includes('/') ? (file.split('/')[0] as string) : null;
}

function columnOf(room: string): number {
  return FLOW.findIndex((rooms) => rooms.includes(room));
}

describe('the direction of imports', () => {
  it('knows every folder', () => {
    const rooms = new Set(sources.map(roomOf).filter((room) => room !== null));
    expect([...rooms].sort()).toEqual(FLOW.flat().sort());
  });

  it('goes from the right to the left, never the other way', () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const room = roomOf(file);
      if (room === null) continue;
      for (const target of importsOf(file)) {
        const other = roomOf(target);
        const allowed =
          other === null
            ? COMMON.has(target.replace(/\.ts$/, ''))
            : other === room || columnOf(other) < columnOf(room) || BESIDE.has(`${room} → ${other}`);
        if (!allowed) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(['node', 'web'])('lets one file alone import onnxruntime-%s', (name) => {
    const importing = sources.filter((file) =>
      new RegExp(`(?:from|import\\()\\s*'onnxruntime-${name}'`).test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(importing).toEqual([`model/onnx-runtime-${name}.ts`]);
  });
});
