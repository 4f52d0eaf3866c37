import type { Expect, Test } from '../suite.js';
import { BODY_KINDS } from './body-kinds.js';
import { matrixOf } from './body-matrix.js';
import { type AdapterHarness, PARSERS } from './harness.js';

/** Whatever a body is, however it travels and whoever parses it: an attack in it is found, and the handler gets every byte of it. */
export function readsBodies(test: Test, expect: Expect, harness: AdapterHarness): void {
  for (const parser of PARSERS) {
    for (const kind of Object.keys(BODY_KINDS)) {
      test(`${kind} is read and left as it is, in every encoding (parser: ${parser})`, async () => {
        const cells = (await matrixOf(harness, parser)).filter((cell) => cell.kind === kind);
        expect(cells.length > 0).toBe(true);
        const failing = cells.filter(({ problems }) => problems.length > 0);
        expect(failing.map(({ encoding, problems }) => `${encoding}: ${problems.join('; ')}`)).toEqual([]);
      });
    }
  }
}
