import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runStages, type Stage } from './stages.js';

describe('runStages', () => {
  let folder: string;
  let stages: Stage[];
  const at = (name: string): string => join(folder, name);
  const run = (): Promise<string[]> => runStages(stages, at('notes'), () => {});

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stages-'));
    writeFileSync(at('data'), 'one');
    stages = [
      { name: 'first', reads: [at('data')], writes: [at('a')], run: () => writeFileSync(at('a'), 'a') },
      { name: 'second', reads: [at('a')], writes: [at('b')], run: () => writeFileSync(at('b'), 'b') },
    ];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('runs every stage once while nothing changes', async () => {
    expect(await run()).toEqual(['first', 'second']);
    expect(await run()).toEqual([]);
  });

  it('runs a stage again when what it reads changed, and the next one only when its result did', async () => {
    await run();
    writeFileSync(at('data'), 'two');
    expect(await run()).toEqual(['first']);
  });

  it('runs a stage again when its result is gone or its settings are others', async () => {
    await run();
    rmSync(at('b'));
    expect(await run()).toEqual(['second']);
    stages = stages.map((stage) => (stage.name === 'first' ? { ...stage, settings: { seed: '7' } } : stage));
    expect(await run()).toEqual(['first']);
  });

  it('goes on where it stopped', async () => {
    const [first, second] = stages as [Stage, Stage];
    stages = [
      first,
      {
        ...second,
        run: () => {
          throw new Error('stopped');
        },
      },
    ];
    await expect(run()).rejects.toThrow('stopped');
    stages = [first, second];
    expect(await run()).toEqual(['second']);
  });
});
