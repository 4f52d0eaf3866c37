import { adapterSuite } from '@api-security/core/testing';
import Koa from 'koa';
import Koa2 from 'koa2';
import { describe, expect, test } from 'vitest';
import { startKoa, startKoaHttp2 } from './start-koa.js';

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s', (_name, Framework) => {
  adapterSuite(test, expect, {
    start: (app) => startKoa(Framework, app),
    startHttp2: (app) => startKoaHttp2(Framework, app),
  });
});
