import { describe, expect, it } from 'vitest';
import { CONTENT_CATEGORIES, type ContentCategory } from '../content/category.js';
import { charactersOf } from '../content/characters.js';
import { FLOW_FEATURE_COUNT } from '../flow/feature-schema.js';
import type { ValueScore } from '../model/score-content.js';
import { createRedactor } from '../observation/redact.js';
import { DEFAULTS } from '../options.js';
import { SIGNALS } from '../sequence/behaviour-signals.js';
import { BEHAVIOUR_PATTERNS, type BehaviourPattern } from '../sequence/pattern.js';
import { STEP_WIDTH } from '../sequence/step.js';
import { type AssessmentInput, assess } from './assess.js';

const rules = { weights: DEFAULTS.weights, thresholds: DEFAULTS.thresholds, redactor: createRedactor() };

const input: AssessmentInput = {
  id: '0193a0c0-0000-7000-8000-000000000000',
  at: 1_000,
  subject: 'request',
  mode: 'monitor',
  tenant: null,
  client: { key: '192.0.2.1', address: '192.0.2.1' },
  request: () => ({ method: 'GET', route: '/users', path: '/users', headers: [], userAgent: '' }),
  inspectedBytes: 10,
  binaryBytes: 0,
  truncated: [],
  unparsed: [],
  degraded: [],
  durationMs: 1,
  content: [],
  flow: null,
  sequence: null,
  certain: { content: 0.95, flow: 0.95, sequence: 0.95 },
  features: null,
  signals: new Float32Array(SIGNALS.length),
};

function valueScore(score: number, category: ContentCategory, text: string, place = 'query.q'): ValueScore {
  const categories = Float32Array.from(CONTENT_CATEGORIES, (name) => (name === category ? 1 : 0));
  const value = {
    place,
    kind: 'query',
    name: 'q',
    text,
    decoded: text,
    chain: [],
    characters: charactersOf(text),
    plain: false,
  } as const;
  return { value, score, categories, fromByte: 0, toByte: Buffer.byteLength(text) };
}

function sequenceScore(score: number, pattern: BehaviourPattern, unusual = new Float32Array(STEP_WIDTH)) {
  return { score, patterns: Float32Array.from(BEHAVIOUR_PATTERNS, (name) => (name === pattern ? 1 : 0)), unusual };
}

describe('assess', () => {
  it('says nothing more than the numbers while the level is low', () => {
    const belief = assess({ ...input, sequence: sequenceScore(0.2, 'probing') }, rules);
    expect(belief).toMatchObject({ level: 'low', category: null, evidence: [], unusual: [], recommendation: '' });
    expect(belief.score).toBeCloseTo(0.08, 12);
    expect(belief.signals).toHaveLength(12);
  });

  it('names the payload rather than the behaviour where both speak', () => {
    const content = [valueScore(0.97, 'xss', '<script>')];
    const belief = assess({ ...input, content, sequence: sequenceScore(0.99, 'probing') }, rules);
    expect(belief).toMatchObject({ level: 'critical', category: 'xss' });
    expect(belief.recommendation).toMatch(/escaped/);
  });

  it('names the behaviour where no value speaks', () => {
    const belief = assess({ ...input, sequence: sequenceScore(0.99, 'brute-force') }, rules);
    expect(belief).toMatchObject({ level: 'critical', category: 'brute-force', evidence: [] });
  });

  it('calls a flow that stands out a slow attack on an unfinished connection, a flood on a finished request', () => {
    const flow = { score: 0.99, unusual: new Float32Array(FLOW_FEATURE_COUNT) };
    expect(assess({ ...input, flow, subject: 'connection' }, rules).category).toBe('slow-attack');
    expect(assess({ ...input, flow }, rules).category).toBe('flood');
  });

  it('shows values strongest first, leaves out the ones that said nothing, and keeps secrets to itself', () => {
    const content = [
      valueScore(0.97, 'sqli', "x' or 1=1 and token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl"),
      valueScore(0.9, 'sqli', "' or 1=1", 'body.password'),
      valueScore(0.1, 'sqli', 'harmless'),
    ];
    const { evidence } = assess({ ...input, content }, rules);
    expect(evidence.map(({ score }) => score)).toEqual([0.97, 0.9]);
    expect(evidence[0]?.decoded).toContain("x' or 1=1");
    expect(JSON.stringify(evidence)).not.toMatch(/eyJ|c2lnbmF0dXJl/);
    expect(evidence[1]?.decoded).toBe('[redacted]');
  });

  it('points at nothing in the text where the name alone spoke', () => {
    const found = { ...valueScore(0.9, 'cmdi', 'whoami', 'query.cmd'), toByte: 0 };
    const [evidence] = assess({ ...input, content: [found] }, rules).evidence;
    expect(evidence).toMatchObject({ place: 'query.cmd', decoded: 'whoami', from: 0, to: 0 });
  });

  it('cuts long evidence around the bytes that spoke, and points at them', () => {
    const text = `${'plain text '.repeat(200)}<script>alert(1)</script>${' more text'.repeat(200)}`;
    const from = text.indexOf('<script>');
    const found = { ...valueScore(0.97, 'xss', text), fromByte: from, toByte: from + 8 };
    const [evidence] = assess({ ...input, content: [found] }, rules).evidence;
    expect(evidence?.decoded.length).toBeLessThanOrEqual(256);
    expect(evidence?.decoded.slice(evidence.from, evidence.to)).toBe('<script>');
  });

  it('names what is unusual, but not what only a response could tell', () => {
    const unusual = new Float32Array(STEP_WIDTH);
    for (const [i, { name }] of SIGNALS.entries()) {
      if (name === 'requestRate') unusual[FLOW_FEATURE_COUNT + i] = 4;
      if (name === 'distinctIds') unusual[FLOW_FEATURE_COUNT + i] = -5;
      if (name === 'statusClass') unusual[FLOW_FEATURE_COUNT + i] = -6;
      if (name === 'gapMs') unusual[FLOW_FEATURE_COUNT + i] = 1;
    }
    const belief = assess({ ...input, sequence: sequenceScore(0.99, 'enumeration', unusual) }, rules);
    expect(belief.unusual).toEqual(['distinctIds', 'requestRate']);
  });

  it('scores 0 and keeps the members null where every member is absent', () => {
    const belief = assess({ ...input, content: null, degraded: ['content', 'sequence'] }, rules);
    expect(belief).toMatchObject({
      score: 0,
      level: 'low',
      scores: { cnn: null, content: null, flow: null, bilstm: null },
    });
  });
});
