import type { Options } from 'tsup';

/** The build of every package: ESM and CommonJS beside each other, declarations for both, nothing bundled or minified. */
export const base: Options = {
  format: ['esm', 'cjs'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  // Gives CommonJS an `import.meta.url`.
  shims: true,
  // Optional dependencies are not externalised by themselves.
  external: ['onnxruntime-node'],
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
};
