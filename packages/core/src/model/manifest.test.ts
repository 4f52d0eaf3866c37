import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';

const valid = {
  name: 'content',
  version: '1.0.0',
  role: 'content',
  schema: 'content/2',
  file: 'model.onnx',
  sha256: 'a'.repeat(64),
  inputs: [{ name: 'bytes', type: 'int32', dims: ['batch', 'length'] }],
  outputs: [{ name: 'score', type: 'float32', dims: ['batch'] }],
  thresholds: { certain: 0.98 },
  salience: { stride: 2, width: 10 },
  window: { length: 256, text: 231, name: 24, stride: 176, pad: 256, boundary: 257 },
  metrics: { anything: 'training writes more' },
};

describe('parseManifest', () => {
  it('reads the fields of the contract and passes over the rest', () => {
    const { metrics: _, ...fields } = valid;
    expect(parseManifest(JSON.stringify(valid), 'content/1.0.0')).toEqual(fields);
  });

  it('takes a model without salience and window', () => {
    const { salience: _, window: __, ...rest } = valid;
    expect(parseManifest(JSON.stringify(rest), 'm')).toMatchObject({ salience: null, window: null });
  });

  it.each([
    ['name', ''],
    ['role', 'oracle'],
    ['file', '../model.onnx'],
    ['file', '/etc/passwd'],
    ['file', 'a/b.onnx'],
    ['sha256', 'A'.repeat(64)],
    ['sha256', 'short'],
    ['inputs', []],
    ['outputs', [{ name: 'score', type: 'float32', dims: [1.5] }]],
    ['thresholds', {}],
    ['thresholds', { certain: 0 }],
    ['salience', { stride: 0, width: 1 }],
    ['window', { length: '256' }],
    ['window', 256],
  ])('names the field %s when it is %j', (field, value) => {
    const parse = () => parseManifest(JSON.stringify({ ...valid, [field]: value }), 'content/1.0.0');
    expect(parse).toThrowError(expect.objectContaining({ code: 'API_SECURITY_MODEL_MANIFEST_INVALID' }));
    expect(parse).toThrowError(`"${field}"`);
  });

  it.each(['', 'null', '[]', '{', '"text"'])('has a code for %j', (text) => {
    expect(() => parseManifest(text, 'm')).toThrowError(
      expect.objectContaining({ code: 'API_SECURITY_MODEL_MANIFEST_INVALID' }),
    );
  });
});
