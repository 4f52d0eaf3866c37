import { describe, expect, it } from 'vitest';
import type { ApiSecurityOptions } from './options.js';
import { DEFAULTS } from './options.js';
import { resolveOptions } from './resolve-options.js';

function codeOf(options: unknown): { code: unknown; message: string } {
  try {
    resolveOptions(options as ApiSecurityOptions);
  } catch (error) {
    return error as { code: unknown; message: string };
  }
  throw new Error('expected an error');
}

describe('resolveOptions', () => {
  it('fills in every default', () => {
    const resolved = resolveOptions();
    for (const [name, value] of Object.entries(DEFAULTS)) expect(resolved).toHaveProperty(name, value);
  });

  it('treats undefined as left out, in groups too', () => {
    const resolved = resolveOptions({
      mode: undefined,
      thresholds: { high: undefined },
    } as unknown as ApiSecurityOptions);
    expect(resolved.mode).toBe('monitor');
    expect(resolved.thresholds.high).toBe(0.6);
  });

  it('bans nobody unless it is asked to, and then as the defaults say', () => {
    expect(resolveOptions({ policy: {} }).policy.ban).toBe(null);
    expect(resolveOptions({ policy: { ban: null } }).policy.ban).toBe(null);
    const failedLogins = { count: 9, withinMs: 1_000 };
    expect(resolveOptions({ policy: { ban: { failedLogins } } }).policy.ban).toEqual({
      forMs: 600_000,
      rejections: { count: 5, withinMs: 60_000 },
      failedLogins,
    });
  });

  it.each(['auto', 'wasm', 'onnxruntime-node', 'onnxruntime-web'] as const)('knows the run time %s', (runtime) => {
    expect(resolveOptions({ runtime }).runtime).toBe(runtime);
  });

  it('reads enabled: false as off', () => {
    expect(resolveOptions({ enabled: false, mode: 'block' }).mode).toBe('off');
  });

  it.each([
    [{ treshold: 1 }, 'treshold'],
    [{ thresholds: { severe: 0.9 } }, 'thresholds.severe'],
    [{ limits: { bytes: 1 } }, 'limits.bytes'],
    [{ policy: { actions: { fatal: 'deny' } } }, 'policy.actions.fatal'],
    [{ exempt: [{ route: 'GET /', path: '/' }] }, 'exempt[0].path'],
    [JSON.parse('{"__proto__": 1}'), '__proto__'],
  ])('names the unknown option in %j', (options, name) => {
    const error = codeOf(options);
    expect(error.code).toBe('API_SECURITY_OPTION_UNKNOWN');
    expect(error.message).toContain(`"${name}"`);
  });

  it.each([
    [{ mode: 'blocking' }, 'mode'],
    [{ runtime: 'onnxruntime' }, 'runtime'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ thresholds: { high: 1.5 } }, 'thresholds.high'],
    [{ thresholds: { medium: 0.9 } }, 'thresholds'],
    [{ weights: { cnn: 0 } }, 'weights.cnn'],
    [{ weights: { cnn: Number.NaN } }, 'weights.cnn'],
    [{ limits: { timeMs: 0 } }, 'limits.timeMs'],
    [{ longBodies: 'cut' }, 'longBodies'],
    [{ routes: [{ route: '/', longBodies: 413 }] }, 'routes[0].longBodies'],
    [{ policy: { ban: { forMs: 0 } } }, 'policy.ban.forMs'],
    [{ policy: { ban: { rejections: { count: 0, withinMs: 1 } } } }, 'policy.ban.rejections.count'],
    [{ policy: { ban: { failedLogins: { count: 1 } } } }, 'policy.ban.failedLogins.withinMs'],
    [{ coordination: {} }, 'coordination'],
    [{ limits: { bodyBytes: 1.5 } }, 'limits.bodyBytes'],
    [{ store: {} }, 'store'],
    [{ client: 'session' }, 'client'],
    [{ client: [] }, 'client'],
    [{ client: { header: '' } }, 'client'],
    [{ client: { header: 'a', cookie: 'b' } }, 'client'],
    [{ ipv6Prefix: 32 }, 'ipv6Prefix'],
    [{ secret: '' }, 'secret'],
    [{ routes: {} }, 'routes'],
    [{ routes: [{}] }, 'routes[0].route'],
    [{ routes: [{ route: 'articles' }] }, 'routes[0].route'],
    [{ routes: [{ route: '/a', mode: 'on' }] }, 'routes[0].mode'],
    [{ routes: [{ route: '/a', thresholds: { critical: 0.5 } }] }, 'routes[0].thresholds'],
    [{ routes: [{ route: '/a', limits: { bodyBytes: 0 } }] }, 'routes[0].limits.bodyBytes'],
    [{ routes: [{ route: '/a', exempt: [{ field: 7 }] }] }, 'routes[0].exempt[0].field'],
    [{ trustProxy: 'nowhere' }, 'trustProxy'],
    [{ exempt: [{}] }, 'exempt[0].route'],
    [{ onFailure: 'deny' }, 'onFailure'],
    [[], 'options'],
    [null, 'options'],
  ])('names the invalid option in %j', (options, name) => {
    const error = codeOf(options);
    expect(error.code).toBe('API_SECURITY_OPTION_INVALID');
    expect(error.message).toContain(`"${name}"`);
  });

  it('freezes what it returns and leaves what it was given alone', () => {
    const given = { thresholds: { high: 0.7 }, exempt: [{ route: 'GET /' }] };
    const resolved = resolveOptions(given);
    expect(Object.isFrozen(resolved.thresholds)).toBe(true);
    expect(Object.isFrozen(resolved.exempt[0])).toBe(true);
    given.thresholds.high = 0.1;
    expect(resolved.thresholds.high).toBe(0.7);
    expect(Object.isFrozen(given.exempt[0])).toBe(false);
  });
});
