import type { Options } from 'tsup';

/** The build of every package: ESM and CommonJS beside each other, declarations for both, nothing bundled or minified. */
export const base: Options = {
  format: ['esm', 'cjs'],
  target: 'node20',
  clean: true,
  // Gives CommonJS an `import.meta.url`.
  shims: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
};
