import { describe } from 'vitest';
import { missingPostgres } from './local-postgres.js';

const missing = missingPostgres();
const isLeftOut = missing !== null && !process.env.CI;
if (isLeftOut) process.stderr.write(`LEFT OUT: tests that need a Postgres server, because there are ${missing}.\n`);

/** Tests against a real server. Where none can be started they are left out, and that is said; in CI they fail. */
export const describeWithPostgres: typeof describe.skip = isLeftOut ? describe.skip : describe;
