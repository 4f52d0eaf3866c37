import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN_TOLERANCE } from '../src/model/golden-comparison.js';
import { bundledModelsDirectory, readModel } from '../src/model/load-models.js';
import type { ModelRole } from '../src/model/manifest.js';
import { onnxRuntimeNode } from '../src/model/onnx-runtime-node.js';
import { onnxRuntimeWeb } from '../src/model/onnx-runtime-web.js';
import type { Runtime, Session, Tensor } from '../src/model/runtime.js';
import { verifyGolden } from '../src/model/verify-golden.js';
import type { KernelBuild } from '../src/model/wasm/kernels.js';
import { readOnnxGraph } from '../src/model/wasm/onnx-graph.js';
import { wasmRuntime } from '../src/model/wasm/wasm-runtime.js';
import { SEQUENCE_LENGTH, STEP_WIDTH } from '../src/sequence/step.js';
import { random, sampleFeeds } from './sample-feeds.js';

const major = Number.parseInt(process.versions.node, 10);
const ROLES: readonly ModelRole[] = ['content', 'flow', 'sequence'];
const BUILDS: readonly KernelBuild[] = ['relaxed-simd', 'simd', 'scalar'];
const ROWS = 2_000;
const BATCH = 5;
/** Largest difference of a score or probability; float32 in another order gives some 1e-6. */
const TOLERANCE = 1e-5;
/** Of standardised features and of salience, which reach 6 and more. */
const WIDE_TOLERANCE = 1e-4;
const TOLERANCES: Readonly<Record<string, number>> = { unusual: WIDE_TOLERANCE, salience: WIDE_TOLERANCE };

// Node 20 has relaxed SIMD behind a flag; a machine that has it in no way fails here.
if (major < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');

const files = (role: ModelRole) => readModel(bundledModelsDirectory(), role);

function worstOf(a: Tensor | undefined, b: Tensor | undefined): number {
  expect(a?.dims.map(Number)).toEqual(b?.dims.map(Number));
  let worst = 0;
  for (const [i, value] of (a?.data ?? []).entries()) {
    const deviation = Math.abs(value - (b?.data[i] as number));
    if (!(deviation <= worst)) worst = deviation;
  }
  return worst;
}

describe('the kernels and onnxruntime-node', () => {
  let general: Runtime;
  beforeAll(async () => {
    general = await onnxRuntimeNode();
  });

  it.each(BUILDS.flatMap((build) => ROLES.map((role) => [build, role] as const)))(
    '%s: say the same of every kind of row of the %s model',
    async (build, role) => {
      const { bytes } = files(role);
      const [ours, theirs] = [await wasmRuntime(build).load(bytes), await general.load(bytes)];
      expect(ours.inputs.map(({ name, type }) => ({ name, type }))).toEqual(
        theirs.inputs.map(({ name, type }) => ({ name, type })),
      );
      const next = random(7);
      const worst: Record<string, number> = {};
      for (let row = 0; row < ROWS; row += BATCH) {
        const feeds = sampleFeeds(role, BATCH, next);
        const [found, wanted] = [await ours.run(feeds), await theirs.run(feeds)];
        for (const { name } of ours.outputs) {
          worst[name] = Math.max(worst[name] ?? 0, worstOf(found[name], wanted[name]));
        }
      }
      for (const [name, deviation] of Object.entries(worst)) {
        expect(deviation, name).toBeLessThan(TOLERANCES[name] ?? TOLERANCE);
      }
      await theirs.close();
    },
    60_000,
  );
});

describe('onnxRuntimeWeb', () => {
  it.each(ROLES)('reproduces the golden vectors of the %s model', async (role) => {
    const result = await verifyGolden(files(role), await onnxRuntimeWeb());
    expect(result).toMatchObject({ unlike: null });
    expect(result?.worst).toBeLessThan(GOLDEN_TOLERANCE);
  });

  it('cannot load what is no graph', async () => {
    const runtime = await onnxRuntimeWeb();
    await expect(runtime.load(Buffer.from('nothing'))).rejects.toMatchObject({
      code: 'API_SECURITY_MODEL_LOAD_FAILED',
    });
  });
});

describe('wasmRuntime', () => {
  it.each(BUILDS.flatMap((build) => ROLES.map((role) => [build, role] as const)))(
    '%s: reproduces the golden vectors of the %s model',
    async (build, role) => {
      const result = await verifyGolden(files(role), wasmRuntime(build));
      expect(result).toMatchObject({ unlike: null });
      expect(result?.worst).toBeLessThan(GOLDEN_TOLERANCE);
    },
  );

  it.each(ROLES)('scores a batch of the %s model as its rows one by one, also when runs overlap', async (role) => {
    const session = await wasmRuntime().load(files(role).bytes);
    const feeds = sampleFeeds(role, BATCH, random(3));
    const whole = session.run(feeds);
    const singles = await Promise.all(Array.from({ length: BATCH }, (_, row) => session.run(rowOf(feeds, row))));
    const scores = singles.map(({ score }) => (score as Tensor).data[0]);
    expect(scores).toEqual([...((await whole).score as Tensor).data]);
  });

  it.each(BUILDS)(
    '%s: says the same of a window whether it knows its steps or not',
    async (build) => {
      const { bytes } = files('sequence');
      const session = await wasmRuntime(build).load(bytes);
      const next = random(11);
      // More steps than are remembered, so that they also take each other's places; some come back, some are there twice.
      const pool = (sampleFeeds('sequence', 640, next).steps as Tensor).data;
      const steps = Array.from({ length: pool.length / STEP_WIDTH }, (_, i) =>
        pool.subarray(i * STEP_WIDTH, (i + 1) * STEP_WIDTH),
      );
      const window = (from: number): Record<string, Tensor> => {
        const data = new Float32Array(SEQUENCE_LENGTH * STEP_WIDTH);
        for (let i = 0; i < SEQUENCE_LENGTH; i++) data.set(steps[(from + i) % steps.length] ?? [], i * STEP_WIDTH);
        if (from % 5 === 0) data.copyWithin(0, 7 * STEP_WIDTH, 10 * STEP_WIDTH);
        return {
          steps: { type: 'float32', data, dims: [1, SEQUENCE_LENGTH, STEP_WIDTH] },
          mask: { type: 'float32', data: new Float32Array(SEQUENCE_LENGTH).fill(1), dims: [1, SEQUENCE_LENGTH] },
        };
      };
      for (let i = 0; i < 4_400; i++) {
        const found = session.run(window(7 * i));
        if (i % 110 === 0) expect(found).toEqual((await wasmRuntime(build).load(bytes)).run(window(7 * i)));
      }
    },
    60_000,
  );

  it('does not write into an answer that it gave', async () => {
    const session = await wasmRuntime().load(files('content').bytes);
    const [first, second] = [sampleFeeds('content', 3, random(1)), sampleFeeds('content', 3, random(2))];
    const answer = await session.run(first);
    const copy = structuredClone(answer);
    await session.run(second);
    expect(answer).toEqual(copy);
  });

  it('refuses inputs that do not fit, and goes on', async () => {
    const session = await wasmRuntime().load(files('content').bytes);
    const row = (tokens: number[], place = 0) => ({
      bytes: { type: 'int32' as const, data: Int32Array.from(tokens), dims: [1, tokens.length] },
      place: { type: 'int32' as const, data: Int32Array.of(place), dims: [1] },
    });
    const text = Array.from({ length: 32 }, () => 97);
    const { bytes, place } = row(text);
    const wrong: Record<string, Tensor>[] = [
      row([258, ...text.slice(1)]),
      row([-1, ...text.slice(1)]),
      row(text, 8),
      row(text, -1),
      row(text.slice(0, 31)),
      row([]),
      { bytes },
      { bytes: { ...bytes, dims: [2, 32] }, place },
      { bytes: { ...bytes, dims: [1, 1e9] }, place },
      { bytes: { ...bytes, data: new Float32Array(32) }, place },
    ];
    for (const feeds of wrong) {
      expect(() => session.run(feeds)).toThrow(expect.objectContaining({ code: 'API_SECURITY_MODEL_SHAPE_MISMATCH' }));
    }
    expect((await session.run(row(text))).score?.data.length).toBe(1);
  });

  it('rejects after it was closed, which may be twice', async () => {
    const session = await wasmRuntime().load(files('flow').bytes);
    await session.close();
    await session.close();
    expect(() => session.run(sampleFeeds('flow', 1, random(1)))).toThrow(
      expect.objectContaining({ code: 'API_SECURITY_CLOSED' }),
    );
  });
});

describe('a graph that is not one of ours', () => {
  it('is not supported, however little differs', async () => {
    const bytes = Buffer.from(files('flow').bytes);
    // Another activation, which the kernels would compute as a ReLU.
    bytes.write('Selu', bytes.indexOf('\x22\x04Relu') + 2);
    await expect(wasmRuntime().load(bytes)).rejects.toMatchObject({ code: 'API_SECURITY_MODEL_UNSUPPORTED' });
  });

  it('is a load failure when it is cut short', async () => {
    const { bytes } = files('flow');
    const lengths = [0, 1, 100, bytes.length >> 1, bytes.length - 1];
    for (const length of lengths) await expectCodedOrLoaded(bytes.subarray(0, length), false);
  });

  it('never hangs or crashes on bytes that were flipped, cut out or doubled', async () => {
    const shipped = ROLES.map((role) => files(role).bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('flip', 'cut', 'double'),
        async (which, places, how) => {
          const bytes = Buffer.from(shipped[which] as Buffer);
          const at = Math.floor((places[0]?.[0] ?? 0) * bytes.length);
          const some = places[0]?.[1] ?? 0;
          if (how === 'cut')
            return expectCodedOrLoaded(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + some)]));
          if (how === 'double') {
            return expectCodedOrLoaded(Buffer.concat([bytes.subarray(0, at + some), bytes.subarray(at)]));
          }
          for (const [place, mask] of places) {
            const spot = Math.floor(place * bytes.length);
            bytes[spot] = (bytes[spot] as number) ^ mask;
          }
          return expectCodedOrLoaded(bytes);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  it('is a coded error for any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => expectCodedOrLoaded(bytes, false)),
      { numRuns: 500 },
    );
  });

  it('is not supported when it is far longer than ours', async () => {
    const nodes = Buffer.alloc(200_000, Buffer.of(0x0a, 0x00));
    const graph = Buffer.concat([Buffer.of(0x3a, 0xc0, 0x9a, 0x0c), nodes]);
    await expect(wasmRuntime().load(graph)).rejects.toMatchObject({ code: 'API_SECURITY_MODEL_UNSUPPORTED' });
  });

  it('has its weights and nodes read as they are in the file', () => {
    const graph = readOnnxGraph(files('content').bytes);
    expect(graph.operatorSets).toEqual([':13']);
    expect(graph.inputs).toEqual([
      { name: 'bytes', type: 'int32', dims: ['windows', 'length'] },
      { name: 'place', type: 'int32', dims: ['windows'] },
    ]);
    expect(graph.weights.find(({ name }) => name === 'tower.first.weight')?.dims).toEqual([64, 16, 8]);
  });
});

/** Weights may be changed without anyone seeing it here: the hash of the file is what guards them. */
async function expectCodedOrLoaded(bytes: Uint8Array, mayLoad = true): Promise<void> {
  let session: Session | null = null;
  try {
    session = await wasmRuntime().load(bytes);
  } catch (error) {
    expect((error as { code: string }).code).toMatch(/^API_SECURITY_MODEL_(LOAD_FAILED|UNSUPPORTED)$/);
  }
  if (!mayLoad) expect(session).toBe(null);
}

function rowOf(feeds: Readonly<Record<string, Tensor>>, row: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => {
      const width = data.length / (dims[0] as number);
      return [name, { type, data: data.slice(row * width, (row + 1) * width), dims: [1, ...dims.slice(1)] }];
    }),
  );
}
