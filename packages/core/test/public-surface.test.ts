import { describe, expect, it } from 'vitest';
import * as adapter from '../src/adapter.js';
import * as core from '../src/index.js';

describe('the public surface', () => {
  it('is what this list says: growing it is a choice', () => {
    expect(Object.keys(core).sort()).toEqual([
      'ApiSecurityError',
      'BEHAVIOUR_PATTERNS',
      'CONTENT_CATEGORIES',
      'DEFAULTS',
      'ERRORS',
      'FLOW_FEATURES',
      'LEVELS',
      'PLACE_KINDS',
      'SEQUENCE_LENGTH',
      'SIGNALS',
      'STEP_WIDTH',
      'createApiSecurity',
      'jsonLogger',
      'levelOf',
      'memoryCoordination',
      'memorySequenceStore',
      'memoryStore',
      'onnxRuntimeNode',
      'pageLimit',
      'reaches',
      'scoreWithout',
      'sequenceKeyOf',
      'silentLogger',
      'systemClock',
    ]);
  });

  it('has a part of its own for who writes an adapter', () => {
    expect(Object.keys(adapter).sort()).toEqual([
      'engineOf',
      'exposeEngine',
      'guardRequest',
      'handleOrReject',
      'lateGuard',
      'prepareRejection',
      'rejectReply',
      'releaseHeaders',
      'writeRejection',
    ]);
  });
});
