import { answersAlike } from './adapter/answers-alike.js';
import { answersInKind } from './adapter/answers-in-kind.js';
import { answersOnce } from './adapter/answers-once.js';
import { awaitsTheEnd } from './adapter/awaits-the-end.js';
import { comesLate } from './adapter/comes-late.js';
import { detects } from './adapter/detects.js';
import { fails } from './adapter/fails.js';
import { followsRoutes } from './adapter/follows-routes.js';
import type { AdapterHarness } from './adapter/harness.js';
import { holdsTheEnd } from './adapter/holds-the-end.js';
import { keepsConnections } from './adapter/keeps-connections.js';
import { keepsLimits } from './adapter/keeps-limits.js';
import { knowsAddresses } from './adapter/knows-addresses.js';
import { knowsClients } from './adapter/knows-clients.js';
import { learnsLogins } from './adapter/learns-logins.js';
import { letsGo } from './adapter/lets-go.js';
import { readsBodies } from './adapter/reads-bodies.js';
import { readsToTheEnd } from './adapter/reads-to-the-end.js';
import { speaksHttp2 } from './adapter/speaks-http2.js';
import { switches } from './adapter/switches.js';
import { takesShapes } from './adapter/takes-shapes.js';
import { turnsAway } from './adapter/turns-away.js';
import { untouched } from './adapter/untouched.js';
import type { Expect, Test } from './suite.js';

/** What an adapter must do, in the order in which one is written. */
const PARTS: readonly ((test: Test, expect: Expect, harness: AdapterHarness) => void)[] = [
  untouched,
  detects,
  switches,
  fails,
  answersAlike,
  answersInKind,
  answersOnce,
  readsBodies,
  readsToTheEnd,
  holdsTheEnd,
  takesShapes,
  keepsConnections,
  comesLate,
  awaitsTheEnd,
  letsGo,
  speaksHttp2,
  knowsAddresses,
  knowsClients,
  learnsLogins,
  turnsAway,
  followsRoutes,
  keepsLimits,
];

/**
 * What every adapter must do, over real sockets and with fake models. Tests that share an app wait for each other: allow each
 * of them 30 seconds.
 *
 * @param test - the runner's `test`
 * @param expect - the runner's `expect`
 * @param harness - how an app of the framework is built
 * @example
 * describe('Express 5', () => adapterSuite(test, expect, { start: (app) => startExpress(app) }));
 */
export function adapterSuite(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const part of PARTS) part(test, expect, harness);
}
