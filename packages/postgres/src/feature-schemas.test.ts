import { FLOW_FEATURES, type NamedFeature, SIGNALS } from '@api-security/core';
import { describe, expect, it } from 'vitest';
import { FeatureSchemas } from './feature-schemas.js';

const flow = (value: (i: number) => number): NamedFeature[] =>
  FLOW_FEATURES.map(({ name, unit, observed }, i) => ({
    name,
    unit,
    observed: observed !== 'unobservable',
    value: value(i),
  }));

describe('feature schemas', () => {
  const schemas = new FeatureSchemas();

  it.each([
    ['float32', (i: number) => Math.fround(i / 3), 320],
    ['float64', (i: number) => i / 3, 620],
    ['odd numbers', (i: number) => [-0, Number.NaN, Infinity, 5e-324][i % 4] as number, 620],
  ])('pack %s exactly, and without names', (_, value, maxLength) => {
    const features = flow(value);
    const packed = schemas.pack(features);
    expect(JSON.stringify(packed).length).toBeLessThan(maxLength);
    expect(schemas.unpack(JSON.parse(JSON.stringify(packed)))).toStrictEqual(features);
  });

  it('leave alone what is not the schema: another unit, one fewer, none', () => {
    const signals = SIGNALS.map(({ name, unit }) => ({ name, unit, value: 1, observed: true }));
    const others = [signals.slice(1), signals.with(3, { ...(signals[3] as NamedFeature), unit: 'lightyears' }), []];
    for (const features of others) expect(schemas.pack(features)).toBe(features);
    expect(schemas.pack(signals)).not.toBe(signals);
  });

  it('read what another version wrote once its names are known, and refuse to guess', () => {
    const stored = { schema: '0123456789abcdef', f32: Buffer.from(new Float32Array([1, 2]).buffer).toString('base64') };
    const older = new FeatureSchemas();
    expect(() => older.unpack(stored)).toThrow('0123456789abcdef');
    older.add(stored.schema, '[{"name":"a","unit":"ms","observed":true},{"name":"b","unit":"1","observed":false}]');
    expect(older.unpack(stored)).toEqual([
      { name: 'a', unit: 'ms', observed: true, value: 1 },
      { name: 'b', unit: '1', observed: false, value: 2 },
    ]);
  });
});
