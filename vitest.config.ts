import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests read `src` through the `@api-security/source` condition, so no build is needed between an edit and a test.
const conditions = ['@api-security/source', 'module', 'node', 'development|production'];

const ADAPTERS = ['express', 'fastify', 'hono', 'koa', 'nestjs', 'node'].map((name) => `packages/${name}`);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 30_000,
    projects: [
      ...ADAPTERS,
      'packages/core',
      'packages/cli',
      'packages/dashboard',
      'packages/postgres',
      'packages/redis',
      'packages/benchmarks',
      'models/training',
    ].map((root) => ({
      extends: true as const,
      test: { name: basename(root), root, include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'lab/**/*.test.ts'] },
    })),
  },
});
