import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { RELAXED_SIMD, SCALAR, SIMD } from '../src/model/wasm/kernels-wasm.js';

const BUILD = fileURLToPath(new URL('../assembly/build.mjs', import.meta.url));

it('is what the sources give', async () => {
  await promisify(execFile)(process.execPath, [BUILD, '--check']);
}, 60_000);

it('is small', () => {
  const bytes = [RELAXED_SIMD, SIMD, SCALAR].reduce((sum, base64) => sum + Buffer.from(base64, 'base64').length, 0);
  expect(bytes).toBeLessThan(30_000);
});
