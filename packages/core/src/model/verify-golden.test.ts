import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import { type FakeModels, writeFakeModels } from '../testing/fake-models.js';
import { fakeRuntime } from '../testing/fake-runtime.js';
import { goldenProblem } from './golden-comparison.js';
import { readModel } from './load-models.js';
import { verifyGolden } from './verify-golden.js';

let models: FakeModels;
beforeEach(() => {
  models = writeFakeModels();
});
afterEach(() => models.remove());

const features = new Array<number>(FLOW_FEATURE_COUNT).fill(0);
const verify = (golden: unknown, runtime = fakeRuntime()) => {
  writeFileSync(join(models.directory, 'flow', '1.0.0', 'golden.json'), JSON.stringify(golden));
  return verifyGolden(readModel(models.directory, 'flow'), runtime);
};

describe('verifyGolden', () => {
  it('says how far the numbers are from those of training, and where', async () => {
    const result = await verify([
      { features, score: 0.01 },
      { features, score: 0.0102 },
    ]);
    expect(result).toMatchObject({ entries: 2, worstAt: 'entry 1, score', unlike: null });
    expect(result?.worst).toBeCloseTo(0.0002, 7);
    expect(result && goldenProblem(result)).toBe('entry 1, score is 2.0e-4 off, more than 0.0001');
  });

  it('takes a model without golden vectors', async () => {
    expect(await verifyGolden(readModel(models.directory, 'flow'), fakeRuntime())).toBe(null);
  });

  it.each([[[]], [{}], [null], ['text'], [[{ score: 1 }]], [[null]]])('has a code for %j', async (golden) => {
    await expect(verify(golden)).rejects.toMatchObject({ code: 'API_SECURITY_MODEL_GOLDEN_INVALID' });
  });

  it('lets others have their turn between two vectors', async () => {
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await verify(Array.from({ length: 50 }, () => ({ features, score: 0.01 })));
    running = false;
    expect(turns).toBeGreaterThanOrEqual(50);
  });

  it('closes what it loaded, also when the model fails', async () => {
    let closed = 0;
    const runtime = fakeRuntime({
      onRun: () => {
        throw new Error('out of memory');
      },
    });
    const load: typeof runtime.load = async (bytes) => ({
      ...(await runtime.load(bytes)),
      close: async () => void closed++,
    });
    await expect(verify([{ features, score: 0.01 }], { name: 'fake', load })).rejects.toThrow('out of memory');
    rmSync(join(models.directory, 'flow', '1.0.0', 'golden.json'));
    await verifyGolden(readModel(models.directory, 'flow'), { name: 'fake', load });
    expect(closed).toBe(2);
  });
});
