import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { LabelledRecord } from './record.js';

/** Where the package manager keeps what the lockfile names. */
const STORE = new URL('../../../../node_modules/.pnpm/', import.meta.url).pathname;
/** Documents as clients send them, by how their names end. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.md', 'text/markdown'],
  ['.yml', 'application/yaml'],
  ['.yaml', 'application/yaml'],
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.graphql', 'application/graphql'],
  ['.toml', 'application/toml'],
]);
/** Larger files are data, not documents. */
const MAX_BYTES = 48 * 1024;
/** Characters of one text value: a comment or a page, not a book. */
const TEXT_CHARS = 3000;
/** Documents of one package that are used: a few packages hold hundreds of the same kind. */
const MAX_PER_PACKAGE = 12;
const FOLDERS_DEEP = 3;

/**
 * Documents that the workspace's own dependencies come with, as bodies and as values: manifests, read-me files, schemas,
 * configuration. Real text of many hands about software, in every clone and the same in each, because the lockfile names
 * it. It trains as benign and is never measured on.
 */
export function workspaceDocuments(): LabelledRecord[] {
  const records: LabelledRecord[] = [];
  const seen = new Set<string>();
  for (const entry of readdirSync(STORE).sort()) {
    for (const folder of packagesIn(join(STORE, entry, 'node_modules'))) {
      const real = realpathSync(folder);
      if (seen.has(real) || !real.includes(`/${entry}/`)) continue;
      seen.add(real);
      for (const path of documentsIn(real, FOLDERS_DEEP).slice(0, MAX_PER_PACKAGE))
        records.push(...recordsOf(entry, path));
    }
  }
  return records;
}

function packagesIn(modules: string): string[] {
  return foldersIn(modules).flatMap((name) =>
    name.startsWith('@')
      ? foldersIn(join(modules, name)).map((scoped) => join(modules, name, scoped))
      : [join(modules, name)],
  );
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function documentsIn(folder: string, deep: number): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && deep > 0 && entry.name !== 'node_modules') found.push(...documentsIn(path, deep - 1));
    else if (entry.isFile() && MEDIA_TYPES.has(extname(entry.name)) && statSync(path).size <= MAX_BYTES)
      found.push(path);
  }
  return found;
}

function recordsOf(repo: string, path: string): LabelledRecord[] {
  const text = readFileSync(path, 'utf8');
  const type = MEDIA_TYPES.get(extname(path)) ?? 'text/plain';
  const common = { label: 'benign', category: 'benign', source: 'workspace-documents', repo } as const;
  const whole = { ...common, method: 'POST', path: '/documents', headers: { 'content-type': type }, body: text };
  if (type === 'application/json') return [whole];
  const parts = partsOf(text).map((body) => ({
    ...common,
    method: 'POST',
    path: '/documents',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: basename(path), [type === 'text/markdown' ? 'body' : 'content']: body }),
  }));
  return [whole, ...parts];
}

/** A text in pieces that end at an empty line. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const paragraph of text.split(/\n\s*\n/)) {
    if (part.length + paragraph.length > TEXT_CHARS && part !== '') {
      parts.push(part.slice(0, TEXT_CHARS));
      part = '';
    }
    part += `${paragraph}\n\n`;
  }
  if (part !== '') parts.push(part.slice(0, TEXT_CHARS));
  return parts;
}
