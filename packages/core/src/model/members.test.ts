import { afterEach, describe, expect, it } from 'vitest';
import { Deadline } from '../deadline.js';
import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import { DEFAULTS } from '../options.js';
import { sequenceWindow } from '../sequence/window.js';
import { FakeClock } from '../testing/fake-clock.js';
import { writeFakeModels } from '../testing/fake-models.js';
import { fakeRuntime } from '../testing/fake-runtime.js';
import { readModels } from './load-models.js';
import { Members } from './members.js';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** Loaded members, some of which the host's load leaves out. */
async function membersWithout(...shed: readonly string[]) {
  const models = writeFakeModels();
  cleanUps.push(() => models.remove());
  const clock = new FakeClock();
  const told: string[] = [];
  const members = new Members({
    runtime: fakeRuntime(),
    limits: DEFAULTS.limits,
    clock,
    lag: { sheds: (part) => shed.includes(part) },
    onFailure: (part, error) => told.push(`${part}: ${(error as Error).message}`),
  });
  await members.load(readModels(models.directory));
  const deadline = new Deadline(clock, 1_000);
  const scores = async () => ({
    content: await members.scoreContent([], deadline),
    flow: await members.scoreFlow(new Float32Array(FLOW_FEATURE_COUNT), deadline),
    sequence: await members.scoreSequence(sequenceWindow([], null), deadline),
  });
  return { scores, told };
}

describe('Members', () => {
  it('all score while the event loop keeps up', async () => {
    const { scores, told } = await membersWithout();
    const { content, flow, sequence } = await scores();
    expect(content).not.toBeNull();
    expect(flow?.score).toBeCloseTo(0.01);
    expect(sequence?.score).toBeCloseTo(0.01);
    expect(told).toEqual([]);
  });

  it('are absent while they are left out, and say why', async () => {
    const { scores, told } = await membersWithout('flow', 'sequence');
    expect(await scores()).toMatchObject({ content: { scores: [] }, flow: null, sequence: null });
    expect(told).toEqual([
      'flow: left out: the event loop lags behind',
      'sequence: left out: the event loop lags behind',
    ]);
  });
});
