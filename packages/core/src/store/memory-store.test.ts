import { describe, expect, it, test } from 'vitest';
import { alertOf, assessmentOf, auditOf } from '../testing/sample-assessments.js';
import { storeSuite } from '../testing/store-suite.js';
import { memoryStore } from './memory-store.js';

const START = Date.UTC(2026, 0, 1);
const ACKNOWLEDGEMENT = { at: START, by: 'ada', note: '' };

describe('memoryStore', () => {
  storeSuite(test, expect, () => memoryStore());

  it('drops the oldest assessments beyond its limit, whatever order they came in', async () => {
    const store = memoryStore({ maxAssessments: 3 });
    const rows = [4, 0, 3, 1, 2].map((i) => assessmentOf({ at: START + i }));
    await store.append({ assessments: rows, alerts: [] });
    expect((await store.logs()).items.map(({ at }) => at - START)).toEqual([4, 3, 2]);
    await store.append({ assessments: [assessmentOf({ at: START + 9 })], alerts: [] });
    expect((await store.logs()).items.map(({ at }) => at - START)).toEqual([9, 4, 3]);
  });

  it('drops acknowledged alerts before the others, oldest first', async () => {
    const store = memoryStore({ maxAlerts: 3 });
    const alerts = [0, 1, 2].map((i) => alertOf({ firstAt: START + i }));
    const kept = async () => {
      const open = await store.alerts();
      const acknowledged = await store.alerts({ acknowledged: true });
      return [open, acknowledged].map(({ items }) => items.map(({ firstAt }) => firstAt - START));
    };
    await store.append({ assessments: [], alerts });
    await store.acknowledge(alerts[1]?.id as string, ACKNOWLEDGEMENT);
    await store.acknowledge(alerts[2]?.id as string, ACKNOWLEDGEMENT);
    await store.append({ assessments: [], alerts: [alertOf({ firstAt: START + 3 })] });
    expect(await kept()).toEqual([[3, 0], [2]]);
    await store.append({ assessments: [], alerts: [4, 5].map((i) => alertOf({ firstAt: START + i })) });
    expect(await kept()).toEqual([[5, 4, 3], []]);
  });

  it('drops the oldest audit entries beyond its limit', async () => {
    const store = memoryStore({ maxAudits: 2 });
    for (const i of [2, 0, 3, 1]) await store.audit(auditOf({ at: START + i }));
    expect((await store.audits()).items.map(({ at }) => at - START)).toEqual([3, 2]);
  });

  it('keeps what it answered with apart from later changes', async () => {
    const store = memoryStore();
    await store.append({ assessments: [assessmentOf()], alerts: [alertOf()] });
    const logs = await store.logs();
    const alerts = await store.alerts();
    await store.acknowledge(alertOf().id, ACKNOWLEDGEMENT);
    await store.purge({ before: Number.POSITIVE_INFINITY });
    expect(logs.items).toEqual([assessmentOf()]);
    expect(alerts.items).toEqual([alertOf()]);
  });

  it.each([{ maxAssessments: 0 }, { maxAlerts: 1.5 }, { maxAlerts: Number.NaN }, { maxAudits: -1 }])(
    'refuses %o',
    (options) => {
      expect(() => memoryStore(options)).toThrow(expect.objectContaining({ code: 'API_SECURITY_OPTION_INVALID' }));
    },
  );
});
