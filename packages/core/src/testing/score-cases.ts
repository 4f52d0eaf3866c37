import type { Assessment } from '../assessment/assessment.js';
import { levelOf } from '../assessment/level.js';
import type { Store } from '../store/store.js';
import { assessmentOf } from './sample-assessments.js';
import type { StoreCase } from './store-suite.js';
import type { Expect } from './suite.js';

const START = Date.UTC(2026, 0, 1);
const THRESHOLDS = { medium: 0.4, high: 0.6, critical: 0.8 };
const DENIED = { action: 'deny', reason: 'level' } as const;

/** How scores spread: edges of the bins, spans, tenants, what was rejected. */
export function scoreCases(using: StoreCase, expect: Expect): void {
  using('scores are counted by bins 0.001 wide, lowest first, whatever was rejected apart', async (store) => {
    const rows = rowsWith([0.94, 0.0004, 0.5, 0.5009, 0.501, 0.94, 0.9405]);
    rows[5] = { ...(rows[5] as Assessment), decision: DENIED };
    await store.append({ assessments: rows, alerts: [] });
    expect(await store.scores()).toEqual([
      { score: 0, rejected: false, count: 1 },
      { score: 0.5, rejected: false, count: 2 },
      { score: 0.501, rejected: false, count: 1 },
      { score: 0.94, rejected: false, count: 2 },
      { score: 0.94, rejected: true, count: 1 },
    ]);
  });

  using('0 is in the first bin and 1 in one of its own', async (store) => {
    await store.append({ assessments: rowsWith([0, -0, Number.MIN_VALUE, 0.9995, below(1), 1]), alerts: [] });
    expect(await store.scores()).toEqual([
      { score: 0, rejected: false, count: 3 },
      { score: 0.999, rejected: false, count: 2 },
      { score: 1, rejected: false, count: 1 },
    ]);
  });

  using(
    'a score that equals an edge is in the bin above it, and the number before it in the bin below',
    async (store) => {
      const edges = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
      await store.append({ assessments: rowsWith(edges), alerts: [] });
      expect(await store.scores()).toEqual(edges.map((score) => ({ score, rejected: false, count: 1 })));
      await store.purge({ before: START + edges.length });
      await store.append({ assessments: rowsWith(edges.map(below)), alerts: [] });
      expect(await store.scores()).toEqual(
        [0, ...edges.slice(0, -1)].map((score) => ({ score, rejected: false, count: 1 })),
      );
    },
  );

  using('the bins from a threshold on hold exactly what reaches its level', async (store) => {
    const { medium, high, critical } = THRESHOLDS;
    // What a model says is a float32: of 0.7 it is a little less, of 0.8 a little more.
    const scores = [medium, high, critical, 0.7].flatMap((score) => [below(score), score, Math.fround(score)]);
    await store.append({ assessments: rowsWith(scores), alerts: [] });
    const counted = await store.scores();
    for (const threshold of [medium, high, critical]) {
      const fromThere = counted.filter(({ score }) => score >= threshold).reduce((sum, { count }) => sum + count, 0);
      const level = levelOf(threshold, THRESHOLDS);
      expect([level, fromThere]).toEqual([level, scores.filter((score) => score >= threshold).length]);
    }
  });

  using('scores are those of a span and of a tenant', async (store) => {
    const rows = [null, 'a', 'b', 'a'].map((tenant, i) => assessmentOf({ at: START + i, tenant, score: i / 10 }));
    await store.append({ assessments: rows, alerts: [] });
    const scores = async (query: Parameters<Store['scores']>[0]) =>
      (await store.scores(query)).map(({ score }) => score);
    expect(await scores({})).toEqual([0, 0.1, 0.2, 0.3]);
    expect(await scores({ from: START + 1, to: START + 3 })).toEqual([0.1, 0.2]);
    expect(await scores({ from: START + 4 })).toEqual([]);
    expect(await scores({ from: START + 2, to: START + 1 })).toEqual([]);
    expect(await scores({ tenant: 'a' })).toEqual([0.1, 0.3]);
    expect(await scores({ tenant: null })).toEqual([0]);
    expect(await scores({ tenant: 'A' })).toEqual([]);
    expect(await scores({ tenant: 'a', from: START + 2 })).toEqual([0.3]);
  });

  using('scores follow a row that is replaced, and one that is purged', async (store) => {
    await store.append({ assessments: rowsWith([0.9, 0.2]), alerts: [] });
    await store.append({ assessments: rowsWith([0.3]), alerts: [] });
    expect((await store.scores()).map(({ score }) => score)).toEqual([0.2, 0.3]);
    await store.purge({ before: START + 1 });
    expect((await store.scores()).map(({ score }) => score)).toEqual([0.2]);
  });
}

function rowsWith(scores: readonly number[]): Assessment[] {
  return scores.map((score, i) => assessmentOf({ at: START + i, score, level: levelOf(score, THRESHOLDS) }));
}

/** The number before a positive one: the next that is less. */
function below(value: number): number {
  const bits = new BigInt64Array(1);
  const numbers = new Float64Array(bits.buffer);
  numbers[0] = value;
  bits[0] = (bits[0] as bigint) - 1n;
  return numbers[0] as number;
}
