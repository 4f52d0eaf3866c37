import { adapterSuite } from '@api-security/core/testing';
import { describe, expect, test } from 'vitest';
import { startFastify, startFastifyHttp2 } from './start-fastify.js';

describe('Fastify 5', () => {
  adapterSuite(test, expect, { start: startFastify, startHttp2: startFastifyHttp2 });
});
