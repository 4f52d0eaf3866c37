import { createHash } from 'node:crypto';
import type { LabelledRecord } from './record.js';

export type Split = 'train' | 'val' | 'test';

/** Sources that no model may have seen anything of: they measure how well it carries over to other people's attacks. */
const HELD_OUT: ReadonlySet<string> = new Set([
  'wy876-poc',
  'vulhub',
  'xray-pocs',
  'csic2010-test',
  'httpparams-test',
  'easywaf-tests',
  'nuclei-templates-dast',
  'proviesec-xss',
]);

/** One application, one generator or one tool each: split by record they would only measure themselves. */
const TRAIN_ONLY: ReadonlySet<string> = new Set([
  'csic2010-train',
  'torpeda2012',
  'elastic-apache-log',
  'kaggle-xss',
  'kaggle-sqli',
  'modsec-learn-sqlmap',
  'httpparams-train',
  'fwaf-badqueries',
  'oscmd-omurugur',
  'generated',
  'workspace-documents',
]);

/** Texts with no known origin beyond their collection: each text is its own key. */
const BY_RECORD: ReadonlySet<string> = new Set([
  'usertext-recorded',
  'docs-text',
  'source-snippets',
  'user-agents',
  'fwaf-goodqueries',
  'nikto-db',
  'blns',
  'log4shell-lists',
]);

const VULNERABILITY_ID = /c(?:ve|nvd)-\d{4}-\d{3,6}/i;
const SHARED_HOST = /^(?:|localhost|.*example\.(?:com|net|org)|[\d.]+|.*\.local|.*your.?ip.*)$/;

/** What must not be on both sides of a split: a service, a vulnerability, a payload list. */
export function splitKey(record: LabelledRecord): string {
  if (record.template !== undefined) {
    return `attack ${VULNERABILITY_ID.exec(record.template)?.[0].toLowerCase() ?? record.template.toLowerCase()}`;
  }
  if (record.payload !== undefined) {
    return BY_RECORD.has(record.source) ? `text ${record.payload}` : `list ${record.source} ${record.list ?? ''}`;
  }
  const host = (record.headers?.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (record.label === 'benign' && !SHARED_HOST.test(host)) return `service ${registrable(host)}`;
  return `repository ${record.repo ?? record.source}`;
}

/** Last two labels of a host name, three under a two-level public suffix such as `co.uk`. */
function registrable(host: string): string {
  const labels = host.split('.');
  return labels.slice(/^(?:co|com|net|org|gov|ac|edu)$/.test(labels.at(-2) ?? '') ? -3 : -2).join('.');
}

/** Assigns every record to a part: 60 % of the keys train, 15 % validate, 25 % test, by a stable hash. */
export class Splits {
  readonly #heldOutKeys = new Set<string>();
  readonly #heldOutPaths = new Set<string>();

  /** Notes a record of a held-out source: the same vulnerability, or the same distinctive path, must not train from elsewhere. */
  hold(record: LabelledRecord): void {
    if (!HELD_OUT.has(record.source) || record.template === undefined) return;
    this.#heldOutKeys.add(splitKey(record));
    const path = distinctivePath(record);
    if (path !== null) this.#heldOutPaths.add(path);
  }

  /** Second pass, over the other sources: a template of which one path is held out is held out whole. */
  spread(record: LabelledRecord): void {
    const path = record.template === undefined ? null : distinctivePath(record);
    if (path !== null && this.#heldOutPaths.has(path)) this.#heldOutKeys.add(splitKey(record));
  }

  of(record: LabelledRecord): Split {
    if (HELD_OUT.has(record.source)) return 'test';
    if (TRAIN_ONLY.has(record.source)) return 'train';
    const key = splitKey(record);
    if (this.#heldOutKeys.has(key)) return 'test';
    const share = createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
    return share < 0.6 ? 'train' : share < 0.75 ? 'val' : 'test';
  }
}

/** The path of a request when it names a product's end point, not a common page. */
function distinctivePath(record: LabelledRecord): string | null {
  const path = (record.path ?? '').split('?')[0]?.toLowerCase() ?? '';
  return path.split('/').length >= 3 && path.length >= 12 && !/wp-admin\/admin-ajax|wp-json|api\/v\d\/?$/.test(path)
    ? path
    : null;
}
