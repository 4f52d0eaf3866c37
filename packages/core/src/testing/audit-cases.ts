import type { AuditEntry, Store } from '../store/store.js';
import { errorCodeOf } from './error-code.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { alertOf, assessmentOf, auditOf, sampleId } from './sample-assessments.js';
import type { StoreCase } from './store-suite.js';
import type { Expect } from './suite.js';

const START = Date.UTC(2026, 0, 1);

/** The audit log: what comes back, filters, paging. */
export function auditCases(using: StoreCase, expect: Expect): void {
  using('an audit entry comes back exactly as it was, whatever its texts are', async (store) => {
    // `$number` and `__proto__` are names like any other, also in an object of their own.
    const odd = JSON.parse('{"__proto__": {"$number": "7"}, "$number": [["a", null]], "": {"$number": {}}}');
    const entries = [...HOSTILE_TEXTS, 'ä'.repeat(50_000)].map((text, i) =>
      auditOf({
        at: START + i,
        tenant: text,
        actor: text,
        action: text,
        subject: text,
        detail: { [text]: text, deep: [{ [text]: [text, null, true, 0.1, -7] }], odd },
      }),
    );
    await writeEach(store, entries);
    expect((await store.audits()).items).toEqual(entries.toReversed());
    for (const entry of entries) {
      expect((await store.audits({ tenant: entry.tenant, actor: entry.actor })).items).toEqual([entry]);
    }
  });

  using('audit entries are newest first, in whatever order they arrived', async (store) => {
    const entries = manyEntries(5);
    await writeEach(store, [3, 0, 4, 1, 2].map((i) => entries[i]) as AuditEntry[]);
    expect((await store.audits()).items).toEqual(entries.toReversed());
  });

  using('pages of audit entries follow one another without a gap or a repeat while new ones arrive', async (store) => {
    const entries = manyEntries(25);
    await writeEach(store, entries);
    expect((await store.audits()).items.length).toBe(20);
    const first = await store.audits({ limit: 10 });
    expect([first.total, first.isTotalExact]).toEqual([25, true]);
    await store.audit(auditOf({ at: START + 1_000 }));
    const second = await store.audits({ limit: 10, cursor: first.next as string });
    const third = await store.audits({ limit: 5, cursor: second.next as string });
    expect([...first.items, ...second.items, ...third.items]).toEqual(entries.toReversed());
    expect(third.total).toBe(26);
    expect(third.next).toBe(null);
  });

  using('audit entries of the same millisecond are paged by their ids', async (store) => {
    const entries = [0, 1, 2].map((number) => auditOf({ id: sampleId(START, number), at: START }));
    await writeEach(store, entries);
    const first = await store.audits({ limit: 2 });
    expect(first.items).toEqual([entries[2], entries[1]]);
    expect((await store.audits({ limit: 2, cursor: first.next as string })).items).toEqual([entries[0]]);
  });

  using('limits and cursors of the audit log that are not valid are refused with a code', async (store) => {
    const wrong = [{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { cursor: '' }, { cursor: "' OR 1=1" }];
    for (const query of wrong) expect(await errorCodeOf(store.audits(query))).toBe('API_SECURITY_STORE_INPUT_INVALID');
  });

  using('an audit entry that is written again changes nothing', async (store) => {
    const entry = auditOf();
    await Promise.all([store.audit(entry), store.audit(entry)]);
    await store.audit({ ...entry, at: entry.at + 1, actor: 'bob', detail: {} });
    expect((await store.audits()).items).toEqual([entry]);
  });

  using('audit entries are filtered by tenant, time and actor', async (store) => {
    const plain = auditOf({ at: START });
    const named = auditOf({ at: START + 1_000, tenant: 'a', actor: 'bob' });
    const empty = auditOf({ at: START + 2_000, tenant: '', actor: '' });
    await writeEach(store, [plain, named, empty]);
    const found = async (query: Parameters<Store['audits']>[0]) => (await store.audits(query)).items;
    expect(await found({ tenant: null })).toEqual([plain]);
    expect(await found({ tenant: 'a' })).toEqual([named]);
    expect(await found({ tenant: '' })).toEqual([empty]);
    expect(await found({ tenant: 'b' })).toEqual([]);
    expect(await found({ actor: 'bob' })).toEqual([named]);
    expect(await found({ actor: 'Bob' })).toEqual([]);
    expect(await found({ actor: '' })).toEqual([empty]);
    expect(await found({ from: START + 1_000 })).toEqual([empty, named]);
    expect(await found({ to: START + 1_000 })).toEqual([plain]);
    expect(await found({ from: START + 1, to: START + 2_000 })).toEqual([named]);
    expect(await found({ tenant: 'a', actor: 'ada' })).toEqual([]);
    // The total is of what matches, and the pages keep to it.
    const page = await store.audits({ from: START + 1_000, limit: 1 });
    expect([page.total, page.items]).toEqual([2, [empty]]);
    expect(await found({ from: START + 1_000, cursor: page.next as string })).toEqual([named]);
  });

  using('a purge leaves the audit log as it is', async (store) => {
    const assessment = assessmentOf();
    const entry = auditOf({ subject: assessment.client.key });
    await store.append({ assessments: [assessment], alerts: [alertOf({ assessment })] });
    await store.audit(entry);
    expect(await store.purge({ clientKey: assessment.client.key })).toBe(2);
    expect(await store.purge({ before: entry.at + 1 })).toBe(0);
    expect((await store.audits()).items).toEqual([entry]);
  });
}

async function writeEach(store: Store, entries: readonly AuditEntry[]): Promise<void> {
  for (const entry of entries) await store.audit(entry);
}

function manyEntries(count: number): AuditEntry[] {
  return Array.from({ length: count }, (_, i) => auditOf({ at: START + i }));
}
