import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeModels, writeFakeModels } from '../testing/fake-models.js';
import { fakeRuntime } from '../testing/fake-runtime.js';
import { CONTENT_WINDOW, contentModel } from './content-model.js';
import { flowModel } from './flow-model.js';
import { loadModel, readModel, readModels } from './load-models.js';

let models: FakeModels;
const path = (...parts: string[]) => join(models.directory, 'content', '1.0.0', ...parts);

beforeEach(() => {
  models = writeFakeModels();
});
afterEach(() => models.remove());

function edit(change: Record<string, unknown>): void {
  const manifest = JSON.parse(readFileSync(path('manifest.json'), 'utf8'));
  writeFileSync(path('manifest.json'), JSON.stringify({ ...manifest, ...change }));
}

function replaceWithDirectory(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

describe('readModel', () => {
  it('takes the highest version, compared as numbers', () => {
    for (const version of ['1.2.0', '1.10.0', 'draft', '1.9']) mkdirSync(join(models.directory, 'content', version));
    for (const file of ['manifest.json', 'model.onnx']) {
      writeFileSync(join(models.directory, 'content', '1.10.0', file), readFileSync(path(file)));
    }
    expect(readModel(models.directory, 'content').path).toBe(join(models.directory, 'content', '1.10.0'));
  });

  const breakages: [string, string, () => void][] = [
    ['no directory', 'NOT_FOUND', () => rmSync(models.directory, { recursive: true })],
    ['no version', 'NOT_FOUND', () => rmSync(path(), { recursive: true })],
    ['no manifest', 'NOT_FOUND', () => rmSync(path('manifest.json'))],
    ['no graph', 'NOT_FOUND', () => rmSync(path('model.onnx'))],
    ['an empty graph', 'NOT_FOUND', () => truncateSync(path('model.onnx'), 0)],
    ['a directory for a graph', 'NOT_FOUND', () => replaceWithDirectory(path('model.onnx'))],
    ['a truncated graph', 'HASH_MISMATCH', () => truncateSync(path('model.onnx'), 3)],
    ['a longer graph', 'HASH_MISMATCH', () => appendFileSync(path('model.onnx'), ' ')],
    ['a flipped bit', 'HASH_MISMATCH', () => writeFileSync(path('model.onnx'), 'conteot')],
    ['a truncated manifest', 'MANIFEST_INVALID', () => truncateSync(path('manifest.json'), 20)],
    ['the role of another directory', 'MANIFEST_INVALID', () => edit({ role: 'flow' })],
    ['a graph outside its directory', 'MANIFEST_INVALID', () => edit({ file: '../1.0.0/model.onnx' })],
  ];
  it.each(breakages)('names what is wrong with %s', (_, code, breakIt) => {
    breakIt();
    expect(() => readModel(models.directory, 'content')).toThrowError(
      expect.objectContaining({ code: `API_SECURITY_MODEL_${code}` }),
    );
  });

  it('does not follow a link out of the directory', () => {
    renameSync(path('model.onnx'), join(models.directory, 'elsewhere.onnx'));
    symlinkSync(join(models.directory, 'elsewhere.onnx'), path('model.onnx'));
    expect(() => readModel(models.directory, 'content')).toThrowError(/link out of its model directory/);
  });
});

describe('readModels', () => {
  it('throws the first problem, or tells it and leaves that model out', () => {
    rmSync(join(models.directory, 'flow'), { recursive: true });
    expect(() => readModels(models.directory)).toThrowError(/"flow"/);
    const problems: unknown[] = [];
    const files = readModels(models.directory, (error) => problems.push(error));
    expect(files.map(({ manifest }) => manifest.role)).toEqual(['content', 'sequence']);
    expect(problems).toEqual([expect.objectContaining({ code: 'API_SECURITY_MODEL_NOT_FOUND' })]);
  });
});

describe('loadModel', () => {
  it('refuses a model of another schema', async () => {
    edit({ schema: 'content/1', window: { length: 256, stride: 192, pad: 256 } });
    await expect(loadModel(readModel(models.directory, 'content'), fakeRuntime(), contentModel)).rejects.toMatchObject({
      code: 'API_SECURITY_MODEL_SCHEMA_MISMATCH',
      message: expect.stringContaining('"content/1"'),
    });
  });

  it('refuses a content tower that was trained on other windows and names the number', async () => {
    const load = () => loadModel(readModel(models.directory, 'content'), fakeRuntime(), contentModel);
    for (const [window, named] of [
      [{ ...CONTENT_WINDOW, stride: 192 }, 'stride 192'],
      [null, 'length unstated'],
    ] as const) {
      edit({ window });
      await expect(load()).rejects.toMatchObject({
        code: 'API_SECURITY_MODEL_SCHEMA_MISMATCH',
        message: expect.stringContaining(named),
      });
    }
    edit({ window: CONTENT_WINDOW });
    await expect(load()).resolves.toMatchObject({ manifest: { role: 'content' } });
  });

  it('refuses a graph of another shape and names the tensor', async () => {
    edit({ schema: 'cicids2017-52/1' });
    await expect(loadModel(readModel(models.directory, 'content'), fakeRuntime(), flowModel)).rejects.toMatchObject({
      code: 'API_SECURITY_MODEL_SHAPE_MISMATCH',
      message: expect.stringContaining('"features"'),
    });
  });
});
