import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiSecurity, FLOW_FEATURES } from '@api-security/core';
import { fakeRuntime, writeFakeModels } from '@api-security/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADA, type Served } from './served.js';
import { useServed } from './started.js';

const start = useServed();
const directories: { remove(): void }[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});

/** The models that come with the library, as an engine finds them. */
const SHIPPED = createApiSecurity({ mode: 'off' }).options.models;

async function shipped(...[options]: Parameters<typeof start>): Promise<Served> {
  return start(options, { models: SHIPPED, runtime: 'auto' });
}

interface Result {
  readonly role: string;
  readonly cases: number;
  readonly worst: number | null;
  readonly ok: boolean | null;
  readonly ms: number;
}
const resultsOf = (json: Record<string, unknown>) => json.results as Result[];

/** Models whose flow tower has one golden vector: that of a calm connection, as the fake run time scores it. */
function withGolden(golden: string): string {
  const models = writeFakeModels();
  directories.push(models);
  writeFileSync(join(models.directory, 'flow', '1.0.0', 'golden.json'), golden);
  return models.directory;
}
const CALM = JSON.stringify({ entries: [{ features: FLOW_FEATURES.map(() => 0), score: 0.01 }] });

describe('the models', () => {
  it('are shown as their manifests describe them', async () => {
    const { get } = await shipped();
    const { status, json, text } = await get('/api/models');
    expect(status).toBe(200);
    const cards = json as unknown as Record<string, unknown>[];
    expect(cards.map(({ role }) => role)).toEqual(['content', 'flow', 'sequence']);
    for (const card of cards) {
      const directory = join(SHIPPED, String(card.role), String(card.version));
      const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
      const { name, version, sha256, parameters, metrics } = manifest;
      expect(card).toMatchObject({ name, version, sha256, parameters, createdAt: null });
      expect(card.metrics).toEqual(metrics);
      expect(card.certain).toBe(manifest.thresholds.certain);
      expect((card.calibration as { bins: object[] } | null)?.bins.length).toBe(metrics.reliability?.length);
      const dataSets = card.dataSets as { name: string; sha256: string }[];
      expect(dataSets.length).toBe(manifest.data.length ?? manifest.data.recordings.length * 2);
      for (const set of dataSets)
        expect([set.name, set.sha256]).toEqual([set.name, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    }
    expect(cards[1]?.calibration).toMatchObject({
      bins: expect.arrayContaining([{ predicted: 0.9714, observed: 1, count: 3_989 }]),
    });
    expect(text).not.toContain(SHIPPED);
    expect(text).not.toContain('model.onnx');
  });

  it('are shown without what their manifests leave out', async () => {
    const { get } = await start();
    expect(((await get('/api/models')).json as unknown as object[])[0]).toEqual({
      role: 'content',
      name: 'fake-content',
      version: '1.0.0',
      sha256: expect.any(String),
      createdAt: null,
      parameters: null,
      metrics: null,
      certain: 0.95,
      calibration: null,
      dataSets: [],
    });
  });

  it('are shown whatever else training wrote', async () => {
    const models = writeFakeModels();
    directories.push(models);
    const file = join(models.directory, 'flow', '1.0.0', 'manifest.json');
    const odd = {
      createdAt: '2026-11-22T18:00:00Z',
      parameters: '17k',
      metrics: { reliability: [null, { score: 0.5, attacks: 'half', n: 2 }, { score: 0.5, attacks: 0.4, n: 2 }] },
      data: [null, 7, { file: '/home/ada/data/traffic.csv', sha256: 5 }, { name: 'C:\\data\\more.csv' }],
    };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...odd }));
    const { get } = await start({}, { models: models.directory });
    expect(((await get('/api/models')).json as unknown as object[])[1]).toMatchObject({
      createdAt: '2026-11-22T18:00:00Z',
      parameters: null,
      calibration: { bins: [{ predicted: 0.5, observed: 0.4, count: 2 }] },
      dataSets: [{ name: 'traffic.csv' }, { name: 'more.csv' }],
    });
  });

  it('need the right to read', async () => {
    const { get } = await start({ authorize: () => ({ actor: 'eve', can: ['configure'] }) });
    expect((await get('/api/models')).status).toBe(403);
  });
});

describe('the self-test', () => {
  it('has the shipped models compute their golden vectors, and others their turn meanwhile', async () => {
    const { change, get, security } = await shipped();
    const done = change('POST', '/api/models/self-test').then((answer) => ({ answer, at: performance.now() }));
    const asked = await Promise.all(
      Array.from({ length: 3 }, async () => ({ status: (await get('/api/session')).status, at: performance.now() })),
    );
    const { answer, at } = await done;
    expect(answer.status).toBe(200);
    expect(answer.json.ok).toBe(true);
    expect(resultsOf(answer.json).map(({ role }) => role)).toEqual(['content', 'flow', 'sequence']);
    for (const result of resultsOf(answer.json)) {
      expect(result).toMatchObject({ tolerance: 1e-4, ok: true, problem: null });
      expect(result.cases).toBeGreaterThanOrEqual(20);
      expect(result.worst).toBeLessThanOrEqual(1e-4);
    }
    for (const one of asked) expect([one.status, one.at < at]).toEqual([200, true]);
    // What was scored for the test is no traffic.
    expect(security.counters.rows).toEqual({ content: 0, flow: 0, sequence: 0 });
  });

  it('says nothing of models without golden vectors', async () => {
    const { change } = await start();
    const { json } = await change('POST', '/api/models/self-test');
    expect(json.ok).toBe(null);
    expect(resultsOf(json)).toHaveLength(3);
    for (const result of resultsOf(json)) expect(result).toMatchObject({ cases: 0, worst: null, ok: null });
  });

  it.each([
    ['that comes out', CALM, { cases: 1, ok: true, problem: null }],
    [
      'that does not',
      CALM.replace('0.01', '0.02'),
      { cases: 1, ok: false, problem: expect.stringContaining('entry 0, score') },
    ],
    ['of another role', '[{"steps":[]}]', { cases: 0, ok: false, problem: 'API_SECURITY_MODEL_GOLDEN_INVALID' }],
    ['that is no JSON', '{', { cases: 0, ok: false, problem: 'API_SECURITY_MODEL_GOLDEN_INVALID' }],
  ])('judges a vector %s', async (_, golden, result) => {
    const { change } = await start({}, { models: withGolden(golden) });
    const { status, json, text } = await change('POST', '/api/models/self-test');
    expect([status, json.ok]).toEqual([200, result.ok]);
    expect(resultsOf(json)[1]).toMatchObject({ role: 'flow', ...result });
    expect(text).not.toContain('golden.json');
  });

  it('says which model did not load, not why, and tests the others', async () => {
    const fake = fakeRuntime();
    let isBroken = false;
    const load = async (bytes: Uint8Array) => {
      if (isBroken && bytes.length === 'content'.length) throw new Error(`Cannot read ${SHIPPED}`);
      return fake.load(bytes);
    };
    const { change } = await start({}, { models: withGolden(CALM), runtime: { name: 'fragile', load } });
    isBroken = true;
    const { json } = await change('POST', '/api/models/self-test');
    expect(json.ok).toBe(false);
    expect(resultsOf(json)).toMatchObject([{ ok: false, problem: 'The model failed.' }, { ok: true }, { ok: null }]);
  });

  it('runs once at a time', async () => {
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let began = (): void => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    const runtime = fakeRuntime({
      onRun: () => {
        began();
        return gate;
      },
    });
    const { change } = await start({}, { models: withGolden(CALM), runtime });
    const first = change('POST', '/api/models/self-test');
    await running;
    const second = await change('POST', '/api/models/self-test');
    expect([second.status, second.json.code]).toEqual([409, 'API_SECURITY_SELF_TEST_RUNNING']);
    go();
    expect((await first).json.ok).toBe(true);
    expect((await change('POST', '/api/models/self-test')).status).toBe(200);
  });

  it('needs the right to configure, and a page of ours', async () => {
    const reader = await start({ authorize: () => ({ ...ADA, can: ['read', 'acknowledge'] }) });
    expect((await reader.change('POST', '/api/models/self-test')).status).toBe(403);
    const { change, get } = await start();
    expect((await change('POST', '/api/models/self-test', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await change('POST', '/api/models/self-test', undefined, { 'x-csrf-token': '' })).status).toBe(403);
    expect((await get('/api/models/self-test')).status).toBe(405);
  });
});
