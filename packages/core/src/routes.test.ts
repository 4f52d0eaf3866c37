import { describe, expect, it } from 'vitest';
import { resolveOptions } from './resolve-options.js';
import { Routes } from './routes.js';

const routes = new Routes(
  resolveOptions({
    routes: [
      { route: 'POST /Users/{id}', mode: 'block' },
      { route: '/health', mode: 'off' },
    ],
  }),
);
const modeOf = (method: string, path: string) => routes.of(method, path).mode;

describe('Routes', () => {
  it('finds the rule of a method and shape, or of a shape for every method', () => {
    expect(modeOf('POST', '/users/42')).toBe('block');
    expect(modeOf('GET', '/users/42')).toBe(null);
    expect(modeOf('GET', '/health')).toBe('off');
    expect(modeOf('GET', '/other')).toBe(null);
  });

  it('does not tell cases apart, as most routers do not', () => {
    expect(modeOf('POST', '/USERS/42')).toBe('block');
  });

  it('holds a path with dot segments to a rule that blocks, and to no laxer one', () => {
    for (const path of ['/x/../users/42', '/x/%2e%2E/users/42', '/./users/42', '/../users/42']) {
      expect(modeOf('POST', path)).toBe('block');
    }
    expect(modeOf('GET', '/admin/../health')).toBe(null);
    expect(modeOf('GET', '/admin/%2e%2e/health')).toBe(null);
  });
});
