import { describe, expect, it } from 'vitest';
import { ApiSecurityError } from '../errors.js';
import { fakeRuntime } from '../testing/fake-runtime.js';
import { autoRuntime } from './auto-runtime.js';
import { bundledModelsDirectory, readModel } from './load-models.js';
import type { Runtime } from './runtime.js';

const refuse = async (): Promise<never> => {
  throw new ApiSecurityError('API_SECURITY_RUNTIME_UNAVAILABLE', 'Not installed.');
};

describe('autoRuntime', () => {
  it.each(['content', 'flow', 'sequence'] as const)(
    'runs the shipped %s model without the native run time',
    async (role) => {
      const { bytes } = readModel(bundledModelsDirectory(), role);
      expect((await autoRuntime(undefined, [refuse]).load(bytes)).runtime).toBe('wasm');
    },
  );

  it('leaves a graph that the kernels do not know to the general run time', async () => {
    const session = await autoRuntime(undefined, [async () => fakeRuntime()]).load(Buffer.from('flow'));
    expect(session.runtime).toBe('fake');
    expect(session.inputs.map(({ name }) => name)).toEqual(['features', 'mask']);
  });

  it('takes the next general run time where one is not installed', async () => {
    const session = await autoRuntime(undefined, [refuse, async () => fakeRuntime()]).load(Buffer.from('flow'));
    expect(session.runtime).toBe('fake');
  });

  it('says what to install where none is, and why each could not be loaded', async () => {
    const load = autoRuntime(undefined, [refuse, refuse]).load(Buffer.from('flow'));
    await expect(load).rejects.toMatchObject({
      code: 'API_SECURITY_RUNTIME_UNAVAILABLE',
      message: expect.stringContaining('install onnxruntime-node'),
      cause: { errors: [{ message: expect.stringContaining('Not installed') }, {}] },
    });
  });

  it('says what the general run time says of a graph that neither knows', async () => {
    const general: Runtime = {
      name: 'general',
      load: () => Promise.reject(new ApiSecurityError('API_SECURITY_MODEL_LOAD_FAILED', 'Not a graph.')),
    };
    await expect(autoRuntime(undefined, [async () => general]).load(Buffer.from('nothing'))).rejects.toMatchObject({
      code: 'API_SECURITY_MODEL_LOAD_FAILED',
    });
    await expect(autoRuntime(undefined, [refuse]).load(Buffer.from('nothing'))).rejects.toMatchObject({
      code: 'API_SECURITY_RUNTIME_UNAVAILABLE',
    });
  });
});
