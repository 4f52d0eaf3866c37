import { adapterSuite } from '@api-security/core/testing';
import { describe, expect, test } from 'vitest';
import { startNode, startNodeHttp2 } from './start-node.js';

describe('a wrapped listener', () => {
  adapterSuite(test, expect, { start: startNode, startHttp2: startNodeHttp2 });
});

describe('middleware', () => {
  adapterSuite(test, expect, {
    start: (app) =>
      startNode(app, (security, handled) => async (request, response) => {
        await new Promise<void>((next) => security(request, response, () => next(handled(request, response))));
      }),
  });
});
