import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Beside the built module; beside the sources when those are run. */
const DIRECTORIES = ['./pages', '../dist/pages'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What a page may do: nothing but what comes from here, and nothing that is written into it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Made when somebody first asks for it. */
  gzipped?: Promise<Buffer>;
}

const compressed = promisify(gzip);

/** The files of the pages. All of them are known from the start: whatever else a path says, it leads nowhere. */
export class Pages {
  readonly #files: ReadonlyMap<string, PageFile>;

  constructor() {
    const directory = DIRECTORIES.find((path) => existsSync(join(path, 'index.html')));
    this.#files = new Map(directory === undefined ? [] : filesIn(directory));
  }

  has(path: string): boolean {
    return this.#files.has(nameOf(path));
  }

  /** Sends the file of a path. @returns false where there is none */
  async send(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const file = this.#files.get(nameOf(path));
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('content-type', file.type);
    response.setHeader('vary', 'accept-encoding');
    // Their names change with what is in them, and nobody's data is.
    if (path.startsWith('/assets/')) response.setHeader('cache-control', 'private, max-age=31536000, immutable');
    let { bytes } = file;
    if (/\bgzip\b/.test(String(request.headers['accept-encoding']))) {
      file.gzipped ??= compressed(file.bytes);
      bytes = await file.gzipped;
      response.setHeader('content-encoding', 'gzip');
    }
    response.setHeader('content-length', bytes.length);
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return true;
  }
}

function nameOf(path: string): string {
  return path === '/' ? '/index.html' : path;
}

function filesIn(directory: string): [path: string, file: PageFile][] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(directory, path).split(sep).join('/')}`;
      return [name, { type: TYPES[extname(path)] as string, bytes: readFileSync(path) }];
    });
}
