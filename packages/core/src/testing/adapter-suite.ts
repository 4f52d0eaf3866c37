import { answersOnce } from './adapter/answers-once.js';
import { detects } from './adapter/detects.js';
import { fails } from './adapter/fails.js';
import type { AdapterHarness } from './adapter/harness.js';
import { switches } from './adapter/switches.js';
import { untouched } from './adapter/untouched.js';
import type { Expect, Test } from './suite.js';

/**
 * What every adapter must do, over real sockets and with fake models.
 *
 * @param test - the runner's `test`
 * @param expect - the runner's `expect`
 * @param harness - how an app of the framework is built
 * @example
 * describe('Express 5', () => adapterSuite(test, expect, { start: (app) => startExpress(app) }));
 */
export function adapterSuite(test: Test, expect: Expect, harness: AdapterHarness): void {
  untouched(test, expect, harness);
  detects(test, expect, harness);
  fails(test, expect, harness);
  answersOnce(test, expect, harness);
  switches(test, expect, harness);
}
