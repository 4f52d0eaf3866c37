import { type AdapterHarness, adapterSuite, matrixTable } from '@api-security/core/testing';
import express from 'express';
import express4 from 'express4';
import { describe, expect, test } from 'vitest';
import { startExpress } from './start-express.js';

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_name, framework) => {
  const harness: AdapterHarness = { start: (app) => startExpress(framework, app) };
  adapterSuite(test, expect, harness);

  test('every cell of the body matrix passes', async () => {
    const { passed, cells, text } = await matrixTable(harness);
    expect(passed, text).toBe(cells);
  });
});
