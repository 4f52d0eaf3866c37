import type { Alert } from '@api-security/core';
import { alertOf, assessmentOf } from '@api-security/core/testing';
import { embeddedPostgresStore, type PostgresStore, postgresStore } from '../src/index.js';

/**
 * A host that is killed: writes alerts and assessments one batch after the other, and prints the id of each batch when its write was
 * acknowledged. `crash-writer.ts <url | directory> <first number>`; ends by itself never.
 */
const [target = '', first = '0'] = process.argv.slice(2);
const START = Date.UTC(2026, 0, 1);
const store: PostgresStore = target.startsWith('postgres://')
  ? postgresStore({ connectionString: target, migrate: 'auto', connectMs: 1_000 })
  : embeddedPostgresStore({ dataDir: target });

process.stdout.write('started\n');
for (let i = Number(first); ; ) {
  const assessment = assessmentOf({ at: START + i });
  const alert: Alert = alertOf({ assessment });
  try {
    await store.append({ assessments: [assessment], alerts: [alert] });
    process.stdout.write(`${alert.id}\n`);
    i += 1;
  } catch {
    // The server is away; the batch is sent again, as the engine's writer does.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
