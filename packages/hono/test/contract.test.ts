import { adapterSuite } from '@api-security/core/testing';
import { describe, expect, test } from 'vitest';
import { startHono, startHonoHttp2 } from './start-hono.js';

describe('Hono', () => {
  adapterSuite(test, expect, { start: startHono, startHttp2: startHonoHttp2 });
});
