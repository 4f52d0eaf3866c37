import { adapterSuite } from '@api-security/core/testing';
import express from 'express';
import express4 from 'express4';
import { describe, expect, test } from 'vitest';
import { startExpress } from './start-express.js';

describe('Express 5', () => {
  adapterSuite(test, expect, { start: (app) => startExpress(express, app) });
});

describe('Express 4', () => {
  adapterSuite(test, expect, { start: (app) => startExpress(express4, app) });
});
