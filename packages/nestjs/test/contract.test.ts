import { adapterSuite } from '@api-security/core/testing';
import { describe, expect, test } from 'vitest';
import { startNestOnExpress, startNestOnFastify, startNestOnFastifyHttp2 } from './start-nest.js';

describe('Nest on Express', () => {
  adapterSuite(test, expect, { start: startNestOnExpress });
});

describe('Nest on Fastify', () => {
  adapterSuite(test, expect, { start: startNestOnFastify, startHttp2: startNestOnFastifyHttp2 });
});
