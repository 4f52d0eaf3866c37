import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCaptured } from './run-captured.js';
import { writeTinyModels } from './tiny-models.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

const models = (...argv: string[]) => runCaptured(['models', ...argv], { cwd: workspace.cwd });

/** A copy of the tiny models with one of its files changed. */
function changed(directory: string, file: string, change: (contents: Buffer) => string | Buffer): string {
  writeTinyModels(join(workspace.cwd, directory));
  const path = join(workspace.cwd, directory, file);
  writeFileSync(path, change(readFileSync(path)));
  return directory;
}

describe('models list', () => {
  it('shows names, versions, sizes and hashes', async () => {
    const { exitCode, stdout } = await models('list', '--models', 'models');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^content +tiny-content +1\.0\.0 +content\/2 +\d+ +[0-9a-f]{64}$/m);
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
  });

  it('prints the same for programs', async () => {
    const { stdout } = await models('list', '--models', 'models', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      directory: join(workspace.cwd, 'models'),
      models: [{ role: 'content', name: 'tiny-content', certain: 0.2 }, { role: 'flow' }, { role: 'sequence' }],
    });
  });

  it('ends with 4 where there is none', async () => {
    const { exitCode, stderr } = await models('list', '--models', 'nowhere');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('API_SECURITY_MODEL_NOT_FOUND');
  });
});

describe('models verify', () => {
  it('passes models that reproduce their golden vectors', async () => {
    const { exitCode, stdout } = await models('verify', '--models', 'models');
    expect(stdout.match(/^ok /gm)).toHaveLength(3);
    expect(stdout).toMatch(/tiny-content 1\.0\.0 {2}2 golden vectors, worst deviation \d/);
    expect(exitCode).toBe(0);
  });

  it('names the model, the vector and the number that deviates', async () => {
    const directory = changed('off', 'content/1.0.0/golden.json', (golden) =>
      golden.toString().replace('"score":0.31', '"score":0.312'),
    );
    const { exitCode, stdout } = await models('verify', '--models', directory, '--json');
    expect(exitCode).toBe(4);
    const { ok, models: verified } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(verified).toMatchObject([
      { role: 'content', ok: false, golden: { entries: 2, worstAt: 'entry 1, score' } },
      { role: 'flow', ok: true, problem: null },
      { role: 'sequence', ok: true, problem: null },
    ]);
    expect(verified[0].golden.worst).toBeCloseTo(0.002, 5);
  });

  it.each([
    [
      'a graph with a flipped bit',
      'flow/1.0.0/model.onnx',
      (graph: Buffer) => graph.fill((graph[9] ?? 0) ^ 1, 9, 10),
      'API_SECURITY_MODEL_HASH_MISMATCH',
    ],
    [
      'another schema',
      'sequence/1.0.0/manifest.json',
      (text: Buffer) => text.toString().replace('sequence/1', 'sequence/0'),
      'API_SECURITY_MODEL_SCHEMA_MISMATCH',
    ],
    ['no golden vectors', 'flow/1.0.0/golden.json', () => '{"entries":[]}', 'holds no entries'],
    ['broken golden vectors', 'flow/1.0.0/golden.json', () => '{', 'is not JSON'],
    ['golden vectors of another role', 'flow/1.0.0/golden.json', () => '[{"steps":[]}]', 'MODEL_GOLDEN_INVALID'],
    [
      'a value that is decoded in another way',
      'content/1.0.0/golden.json',
      (text: Buffer) => text.toString().replace('"percent"', '"html"'),
      'entry 0, chain is not what training saw',
    ],
    [
      'a vector that is cut in another way',
      'content/1.0.0/golden.json',
      (text: Buffer) => text.toString().replace('[[113,257,39,39]]', '[[113,257,39],[39]]'),
      'entry 0, tokens is not what training saw',
    ],
    [
      'golden vectors of another shape',
      'sequence/1.0.0/golden.json',
      (text: Buffer) => text.toString().replace('"patterns":[1,', '"patterns":['),
      'entry 0, patterns',
    ],
  ])('fails %s and says so', async (name, file, change, message) => {
    const { exitCode, stdout } = await models('verify', '--models', changed(name.replaceAll(' ', '-'), file, change));
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^FAILED/m);
    expect(stdout).toContain(message);
    expect(stdout.match(/^ok /gm)).toHaveLength(2);
  });
});

describe('the program', () => {
  it('prints its version and its help', async () => {
    expect(await runCaptured(['--version'], workspace)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await runCaptured(['--help'], workspace);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    for (const command of ['evaluate', 'analyze', 'models']) expect(help.stdout).toContain(command);
  });

  it.each([[[]], [['unknown']], [['models']], [['evaluate', '--unknown']]])('ends with 2 for %j', async (argv) => {
    const { exitCode, stderr } = await runCaptured(argv, workspace);
    expect(exitCode).toBe(2);
    expect(stderr).not.toBe('');
  });
});
