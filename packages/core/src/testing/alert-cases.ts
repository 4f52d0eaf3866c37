import type { Alert } from '../alert/alert.js';
import type { Store } from '../store/store.js';
import { alertOf, assessmentOf, sampleId } from './sample-assessments.js';
import type { StoreCase } from './store-suite.js';
import type { Expect } from './suite.js';

const START = Date.UTC(2026, 0, 1);
const ACKNOWLEDGEMENT = { at: START + 99, by: 'ada', note: 'the scanner of the audit; \u0000 "quoted"' };

/** Alerts: growing, acknowledging, filters, paging. */
export function alertCases(using: StoreCase, expect: Expect): void {
  using('an alert that grew replaces itself', async (store) => {
    const alert = alertOf({ firstAt: START });
    const grown: Alert = {
      ...alert,
      count: 7,
      lastAt: START + 500,
      assessment: assessmentOf({ at: START + 500, score: 0.99 }),
    };
    await store.append({ assessments: [], alerts: [alert] });
    await store.append({ assessments: [], alerts: [grown] });
    expect((await store.alerts()).items).toEqual([grown]);
  });

  using('what several instances know of one alert is put together, in whatever order it comes', async (store) => {
    const seen = [
      { count: 2, firstAt: START, lastAt: START + 5, score: 0.7 },
      { count: 9, firstAt: START + 3, lastAt: START + 400, score: 0.95 },
      { count: 4, firstAt: START + 2, lastAt: START + 500, score: 0.8 },
    ].map(({ score, ...span }) => alertOf({ id: sampleId(START, 7), ...span, assessment: assessmentOf({ score }) }));
    for (const alert of seen) await store.append({ assessments: [], alerts: [alert] });
    await store.append({ assessments: [], alerts: [seen[0] as Alert] });
    const together = { ...(seen[1] as Alert), firstAt: START, lastAt: START + 500 };
    expect((await store.alerts()).items).toEqual([together]);
  });

  using('an acknowledged alert leaves the list of the others for its own', async (store) => {
    const [first, second] = manyAlerts(2) as [Alert, Alert];
    await store.append({ assessments: [], alerts: [first, second] });
    const acknowledged = { ...first, acknowledged: ACKNOWLEDGEMENT };
    expect(await store.acknowledge(first.id, ACKNOWLEDGEMENT)).toEqual(acknowledged);
    expect((await store.alerts()).items).toEqual([second]);
    expect((await store.alerts({ acknowledged: false })).items).toEqual([second]);
    expect((await store.alerts({ acknowledged: true })).items).toEqual([acknowledged]);
  });

  using('acknowledging twice keeps the first', async (store) => {
    const alert = alertOf();
    await store.append({ assessments: [], alerts: [alert] });
    await store.acknowledge(alert.id, ACKNOWLEDGEMENT);
    const again = await store.acknowledge(alert.id, { at: START + 100, by: 'bob', note: 'me too' });
    expect(again).toEqual({ ...alert, acknowledged: ACKNOWLEDGEMENT });
  });

  using('an alert that grows does not lose its acknowledgement', async (store) => {
    const alert = alertOf();
    await store.append({ assessments: [], alerts: [alert] });
    await store.acknowledge(alert.id, ACKNOWLEDGEMENT);
    await store.append({ assessments: [], alerts: [{ ...alert, count: 2 }] });
    expect((await store.alerts()).items).toEqual([]);
    expect((await store.alerts({ acknowledged: true })).items).toEqual([
      { ...alert, count: 2, acknowledged: ACKNOWLEDGEMENT },
    ]);
  });

  using("another tenant's alert cannot be acknowledged, nor one that does not exist", async (store) => {
    const alert = alertOf({ assessment: assessmentOf({ tenant: 'a' }) });
    await store.append({ assessments: [], alerts: [alert] });
    expect(await store.acknowledge(alert.id, ACKNOWLEDGEMENT, 'b')).toBe(null);
    expect(await store.acknowledge(alert.id, ACKNOWLEDGEMENT, null)).toBe(null);
    expect(await store.acknowledge("' OR 1=1 --", ACKNOWLEDGEMENT, 'a')).toBe(null);
    expect((await store.alerts({ tenant: 'a' })).items).toEqual([alert]);
    expect(await store.acknowledge(alert.id, ACKNOWLEDGEMENT, 'a')).toEqual({
      ...alert,
      acknowledged: ACKNOWLEDGEMENT,
    });
  });

  using('alerts are filtered by time, level, address, client, category and tenant', async (store) => {
    const plain = alertOf({ firstAt: START, lastAt: START + 1_000 });
    const other = alertOf({
      firstAt: START + 2_000,
      assessment: assessmentOf({
        level: 'high',
        category: 'brute-force',
        tenant: 'a',
        client: { key: 'account 7', address: '2001:db8::1' },
      }),
    });
    await store.append({ assessments: [], alerts: [plain, other] });
    const found = async (query: Parameters<Store['alerts']>[0]) => (await store.alerts(query)).items;
    expect(await found({ level: 'high' })).toEqual([other]);
    expect(await found({ address: '192.0.2.7' })).toEqual([plain]);
    expect(await found({ clientKey: 'account 7' })).toEqual([other]);
    expect(await found({ category: 'brute-force' })).toEqual([other]);
    expect(await found({ tenant: 'a' })).toEqual([other]);
    expect(await found({ tenant: null })).toEqual([plain]);
    // By time: the ones that were growing between the two.
    expect(await found({ from: START + 500 })).toEqual([other, plain]);
    expect(await found({ from: START + 1_000, to: START + 2_000 })).toEqual([plain]);
    expect(await found({ from: START + 1_001 })).toEqual([other]);
    expect(await found({ to: START })).toEqual([]);
  });

  using('pages of alerts stay stable while alerts grow and arrive', async (store) => {
    const alerts = manyAlerts(12);
    await store.append({ assessments: [], alerts });
    const first = await store.alerts({ limit: 5 });
    const grown = { ...(alerts[3] as Alert), count: 9, lastAt: START + 9_000 };
    await store.append({ assessments: [], alerts: [grown, alertOf({ firstAt: START + 10_000 })] });
    const second = await store.alerts({ limit: 5, cursor: first.next as string });
    const third = await store.alerts({ limit: 5, cursor: second.next as string });
    expect([...first.items, ...second.items, ...third.items]).toEqual(alerts.with(3, grown).toReversed());
    expect(third.next).toBe(null);
  });
}

function manyAlerts(count: number): Alert[] {
  return Array.from({ length: count }, (_, i) => alertOf({ firstAt: START + i }));
}
