import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const GENERATED = fileURLToPath(new URL('../src/model/wasm/kernels-wasm.ts', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const ALWAYS = [
  '--baseDir',
  HERE,
  '--runtime',
  'stub',
  '-O3',
  '--noAssert',
  '--converge',
  '--importMemory',
  '--use',
  'abort=',
];
/** That vectors cross functions, and that addresses have 32 bits: both are meant. */
const EXPECTED_WARNINGS = ['112', '201'].flatMap((code) => ['--disableWarning', code]);
const BUILDS = {
  RELAXED_SIMD: ['--enable', 'simd', '--enable', 'relaxed-simd'],
  SIMD: ['--enable', 'simd'],
  SCALAR: ['--disable', 'simd'],
};

async function compile(flags) {
  let binary = null;
  const { error, stderr } = await asc.main(
    ['index.ts', '-o', 'kernels.wasm', ...ALWAYS, ...EXPECTED_WARNINGS, ...flags],
    {
      readFile(name, base) {
        try {
          return readFileSync(fileURLToPath(new URL(name, pathToFileURL(`${base}/`))), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile(_, contents) {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === null) throw new Error(`${error}\n${stderr}`);
  return binary;
}

async function generate() {
  const lines = ['// Written by assembly/build.mjs from the sources beside it.'];
  for (const [name, flags] of Object.entries(BUILDS)) {
    const base64 = Buffer.from(await compile(flags)).toString('base64');
    lines.push(`export const ${name}: string =`, `  '${base64}';`);
  }
  return `${lines.join('\n')}\n`;
}

const text = await generate();
if (!process.argv.includes('--check')) writeFileSync(GENERATED, text);
else if (readFileSync(GENERATED, 'utf8') !== text) {
  process.stderr.write('kernels-wasm.ts is not what the sources give: run `npm run kernels` in packages/core.\n');
  process.exitCode = 1;
}
