// Installs what would be published in the ways that people install it, and sends each an attack: `node .ci/installed/run.mjs`.
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '..', '..');
const ADAPTERS = ['express', 'fastify', 'hono', 'koa', 'nestjs', 'node'];
/** What an app of each framework installs beside the adapter: the versions that the workspace was tested with. */
const BESIDE = [
  '@hono/node-server',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@types/express',
  '@types/koa',
  '@types/node',
  'express',
  'fastify',
  'hono',
  'koa',
  'reflect-metadata',
  'rxjs',
  'typescript',
];

const project = mkdtempSync(join(tmpdir(), 'api-security-installed-'));
const run = (program, given, more = {}) =>
  execFileSync(program, given, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...more });

/** What an adapter may bring, its framework aside, in bytes. */
const MAX_INSTALLED_BYTES = 5e6;

try {
  pack();
  let failed = light() ? 0 : 1;
  install();
  for (const [name, start] of Object.entries(ways())) {
    const said = attempted(start);
    if (!works(said)) failed += 1;
    process.stdout.write(works(said) ? `ok ${name}\n` : `NOT ${name}: ${said}\n`);
  }
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}

/** What an app printed, or why it did not start. */
function attempted(start) {
  try {
    return start().trim();
  } catch (error) {
    return String(error.message).split('\n')[0];
  }
}

function works(said) {
  return said.split('\n').at(-1) === 'passed 200, rejected 403';
}

function pack() {
  for (const name of ['core', ...ADAPTERS].map((adapter) => join('packages', adapter)).concat('models')) {
    run('npx', ['--yes', 'pnpm@10.34.9', 'pack', '--pack-destination', project], { cwd: join(ROOT, name) });
  }
}

/** Whether `npm install @api-security/express` brings little, no script that runs at install and no native code, and rejects an attack. */
function light() {
  const tarballs = ['express', 'core', 'models'].map((name) => [`@api-security/${name}`, tarballOf(name)]);
  const overrides = Object.fromEntries(tarballs.map(([name]) => [name, `$${name}`]));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'an-app', private: true, dependencies: Object.fromEntries(tarballs), overrides }),
  );
  const npm = ['--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...npm, '--omit=peer']);
  const installed = () => readdirSync(join(project, 'node_modules'), { recursive: true }).map(String);
  const sizes = installed()
    .map((file) => lstatSync(join(project, 'node_modules', file)))
    .filter((stat) => stat.isFile());
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  // With its peers, as npm installs them by itself.
  run('npm', ['install', ...npm, `express@${versionOf('express')}`]);
  const scripts = installed().filter((file) => basename(file) === 'package.json' && hasInstallScript(file));
  // npm compiles a package with a `binding.gyp` without being told.
  const native = installed().filter((file) => /\.node$|onnxruntime|binding\.gyp$/.test(file));
  cpSync(join(HERE, 'apps'), project, { recursive: true });
  const said = attempted(() => run(process.execPath, ['express.mjs'], { timeout: 60_000 }));
  rmSync(join(project, 'node_modules'), { recursive: true });
  rmSync(join(project, 'package-lock.json'));
  const isLight = bytes <= MAX_INSTALLED_BYTES && scripts.length === 0 && native.length === 0 && works(said);
  process.stdout.write(
    `${isLight ? 'ok' : 'NOT'} light: ${(bytes / 1e6).toFixed(2)} MB in ${sizes.length} files, install scripts ${scripts.length}, native or ONNX files ${native.length}, ${said}\n`,
  );
  return isLight;
}

function hasInstallScript(file) {
  const { scripts = {} } = JSON.parse(readFileSync(join(project, 'node_modules', file), 'utf8'));
  return ['preinstall', 'install', 'postinstall'].some((name) => name in scripts);
}

function tarballOf(name) {
  const file = readdirSync(project).find((entry) => entry.startsWith(`api-security-${name}-`));
  return `file:${file}`;
}

/** The version that the workspace was tested with. */
function versionOf(name) {
  const catalog = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
  return new RegExp(`^ {2}["']?${name}["']?: (\\S+)`, 'm').exec(catalog)?.[1] ?? 'latest';
}

function install() {
  const tarballs = readdirSync(project).filter((file) => file.endsWith('.tgz'));
  const packages = tarballs.map((file) => [
    file.replace(/^api-security-(.+?)-\d.*$/, '@api-security/$1'),
    `file:${file}`,
  ]);
  const dependencies = Object.fromEntries([
    ...packages,
    ...BESIDE.map((name) => [name, versionOf(name)]),
    ['esbuild', 'latest'],
  ]);
  // The tarballs depend on each other by version: none of them is in a registry yet.
  const overrides = Object.fromEntries(packages.map(([name]) => [name, `$${name}`]));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'an-app', private: true, dependencies, overrides, allowScripts: {} }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
  cpSync(join(HERE, 'apps'), project, { recursive: true });
}

/** Name of a way to use the packages → runs it and gives what it printed. */
function ways() {
  const node = (...given) => run(process.execPath, given, { timeout: 60_000 });
  const esbuild = (format, out) => {
    run(join('node_modules', '.bin', 'esbuild'), [
      'express.mjs',
      '--bundle',
      '--platform=node',
      `--format=${format}`,
      `--outfile=${out}`,
      '--external:onnxruntime-*',
      '--log-level=error',
      ...(format === 'esm'
        ? ['--banner:js=import { createRequire as from } from "node:module"; const require = from(import.meta.url);']
        : []),
    ]);
    return node(out);
  };
  return {
    ...Object.fromEntries(ADAPTERS.map((name) => [`${name}, as a module`, () => node(`${name}.mjs`)])),
    ...Object.fromEntries(ADAPTERS.map((name) => [`${name}, by require`, () => node(`${name}.cjs`)])),
    'TypeScript, nodenext': () => {
      run(join('node_modules', '.bin', 'tsc'), ['-p', 'typescript']);
      return node(join('typescript', 'out', 'app.js'));
    },
    'bundled by esbuild, as a module': () => esbuild('esm', 'bundle.mjs'),
    'bundled by esbuild, CommonJS': () => esbuild('cjs', 'bundle.cjs'),
    'in a worker': () => node('worker.mjs'),
    'in a cluster': () => node('cluster.mjs'),
  };
}
