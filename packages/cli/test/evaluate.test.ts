import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EvaluationReport } from '../src/index.js';
import { runCaptured } from './run-captured.js';
import { writeTinyModels } from './tiny-models.js';
import { useWorkspace } from './workspace.js';

// The tiny content model counts single quotes: one is LOW, two are HIGH, three are CRITICAL.
const workspace = useWorkspace();

const request = (path: string, fields: object) => ({ method: 'GET', path, headers: {}, body: null, ...fields });
const attack = (category: string, fields: object = {}) => ({ label: 'attack', category, source: 'pocs', ...fields });
const benign = (fields: object = {}) => ({ label: 'benign', category: 'benign', source: 'shop', ...fields });

const RECORDS = [
  request("/a?id=1'%20OR%20'1'='1", attack('sqli', { template: 'CVE-1' })),
  request('/b?id=%27%27', attack('sqli', { template: 'CVE-2' })),
  request('/c?id=%3Cscript%3E', attack('xss', { template: 'CVE-3' })),
  request("/d?name=O'Brien%20%26%20sons", attack('xss', { source: 'other-pocs', template: '\u001b[2JCVE-4' })),
  request('/e?next=1', attack('scanner', { weak: true })),
  request('/f?q=select%20a%20plan', benign({ kind: 'har', repo: 'a/b' })),
  request("/g?name=O'Brien%20%26%20sons", benign({ kind: 'har', repo: 'a/b' })),
  {
    ...request('/h', benign({ kind: 'vcr' })),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"note":"\'tis the \'season\'"}',
  },
  request('/i', benign()),
];
const LINES = RECORDS.map((record) => JSON.stringify(record));

const evaluate = (argv: readonly string[], stdin?: string | Buffer) =>
  runCaptured(['evaluate', '--models', 'models', ...argv], {
    cwd: workspace.cwd,
    ...(stdin !== undefined && { stdin }),
  });

async function reportOf(argv: readonly string[], stdin?: string | Buffer): Promise<EvaluationReport> {
  const { stdout, stderr } = await evaluate(['--json', ...argv], stdin);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as EvaluationReport;
}

beforeAll(() => {
  workspace.write('records.jsonl', `${LINES.join('\n')}\n`);
  workspace.write('zipped', gzipSync(LINES.join('\n')));
});

describe('evaluate', () => {
  it('counts what reaches HIGH, by category, source and kind, with intervals', async () => {
    const report = await reportOf(['records.jsonl']);
    expect(report).toMatchObject({
      format: 'api-security-evaluation/1',
      inputs: ['records.jsonl'],
      settings: { level: 'high', placement: 'query', sample: null, groupBy: null },
      items: { scored: 8, weakLeftOut: 1, invalid: 0, unscored: 0 },
      weak: null,
      misses: [],
      falsePositives: [],
      inspection: { degraded: {}, truncated: {} },
    });
    expect(report.attacks.detected).toMatchObject({ count: 2, total: 4, rate: 0.5 });
    expect(report.attacks.byCategory).toMatchObject([
      { name: 'sqli', count: 2, total: 2, rate: 1, high: 1 },
      { name: 'xss', count: 0, total: 2, rate: 0, low: 0 },
    ]);
    expect(report.attacks.bySource).toMatchObject([
      { name: 'pocs', count: 2, total: 3 },
      { name: 'other-pocs', count: 0, total: 1 },
    ]);
    expect(report.benign.flagged).toMatchObject({ count: 1, total: 4 });
    expect(report.benign.byKind).toMatchObject([
      { name: 'shop / har', count: 0, total: 2 },
      { name: 'shop / vcr', count: 1, total: 1 },
    ]);
    // Wilson, 2 of 4: 0.5 ± 1.959964 / 1.960365 · √(0.0625 + 3.841459 / 64).
    expect(report.attacks.detected.low).toBeCloseTo(0.15004, 4);
    expect(report.attacks.detected.high).toBeCloseTo(0.84996, 4);
  });

  it('shows what every level and every threshold would do', async () => {
    const { levels, curve } = await reportOf(['records.jsonl']);
    expect(levels).toMatchObject([
      { level: 'medium', threshold: 0.4, attacks: { count: 2 }, benign: { count: 1 } },
      { level: 'high', threshold: 0.6, attacks: { count: 2 }, benign: { count: 1 } },
      { level: 'critical', threshold: 0.8, attacks: { count: 1 }, benign: { count: 1 } },
    ]);
    expect(curve?.map(({ target }) => target)).toEqual([0.01, 0.005, 0.001, 0.0005]);
    // The benign request with three quotes scores 0.93: only the attack with six, cut to 1, lies above it.
    expect(curve?.[0]).toMatchObject({ threshold: 1, detection: { count: 1 }, falsePositives: { count: 0, total: 4 } });
  });

  it('names the models, their hashes and the rows that each has scored', async () => {
    const { models, time } = await reportOf(['records.jsonl']);
    expect(models.map(({ role, name, version }) => [role, name, version])).toEqual([
      ['content', 'tiny-content', '1.0.0'],
      ['flow', 'tiny-flow', '1.0.0'],
      ['sequence', 'tiny-sequence', '1.0.0'],
    ]);
    for (const { sha256 } of models) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(models[0]?.rows).toBeGreaterThan(0);
    expect(models[2]?.rows).toBe(8);
    expect(time?.meanMs).toBeGreaterThan(0);
  });

  it('takes another level, weak attacks and another grouping', async () => {
    const report = await reportOf(['records.jsonl', '--level', 'critical', '--weak', '--group-by', 'repo']);
    expect(report.attacks.detected).toMatchObject({ count: 1, total: 4 });
    expect(report.weak).toMatchObject({ detected: { count: 0, total: 1 }, bySource: [{ name: 'pocs' }] });
    expect(report.items).toMatchObject({ scored: 9, weakLeftOut: 0 });
    expect(report.benign.byGroup).toMatchObject([
      { name: '(none)', count: 1, total: 2 },
      { name: 'a/b', count: 0, total: 2 },
    ]);
  });

  it('lists the worst misses and false positives with what is known of them', async () => {
    const { misses, falsePositives } = await reportOf(['records.jsonl', '--misses', '1', '--false-positives', '5']);
    expect(misses).toHaveLength(1);
    expect(misses[0]).toMatchObject({
      file: 'records.jsonl',
      line: 3,
      method: 'GET',
      path: '/c?id=%3Cscript%3E',
      // The BiLSTM's 1/16 for a first step, at 0.4.
      score: expect.closeTo(0.025, 6),
      level: 'low',
      category: 'xss',
      assessed: null,
      id: 'CVE-3',
    });
    expect(falsePositives).toMatchObject([
      {
        line: 8,
        method: 'POST',
        path: '/h',
        place: 'body.note',
        level: 'critical',
        category: 'benign',
        assessed: 'sqli',
        source: 'shop',
      },
    ]);
    expect(falsePositives[0]?.excerpt).toBe("'tis the 'season'");
  });

  it.each(['query', 'json', 'header', 'cookie', 'path'])('puts payloads into the %s', async (placement) => {
    const payloads = [
      { payload: "' or ''='", label: 'attack', category: 'sqli', source: 'list' },
      { payload: '<b>', label: 'attack', category: 'xss', source: 'list' },
    ];
    const report = await reportOf(
      ['-', '--placement', placement, '--misses', '5'],
      payloads.map((payload) => JSON.stringify(payload)).join('\n'),
    );
    expect(report.attacks.detected).toMatchObject({ count: 1, total: 2 });
    expect(report.curve).toBeNull();
    expect(report.misses).toMatchObject([
      { file: '-', line: 2, excerpt: '<b>', place: expect.stringContaining(placement === 'json' ? 'body' : placement) },
    ]);
  });

  it('gives the same for a gzipped file of any name and for standard input', async () => {
    const plain = await reportOf(['records.jsonl']);
    const zipped = await reportOf(['zipped']);
    const piped = await reportOf(['-'], gzipSync(LINES.join('\n')));
    expect(zipped.attacks).toEqual(plain.attacks);
    expect(piped.benign).toEqual(plain.benign);
  });

  it('picks the same sample for the same seed', async () => {
    const first = await reportOf(['records.jsonl', '--sample', '3', '--seed', '7']);
    expect(first.items.scored).toBe(3);
    expect((await reportOf(['records.jsonl', '--sample', '3', '--seed', '7'])).attacks).toEqual(first.attacks);
  });

  it('counts lines that are no records, names them, and goes on', async () => {
    const odd = ['{', LINES[0], '{"label":"attack"}', JSON.stringify(request('no-path', benign()))].join('\n');
    const report = await reportOf(['-'], odd);
    expect(report.items).toMatchObject({ scored: 1, invalid: 3 });
    expect(report.invalid).toMatchObject([
      { file: '-', line: 1, reason: 'not a JSON object' },
      { file: '-', line: 3, reason: 'neither a payload nor a method and a path' },
      { file: '-', line: 4, reason: expect.stringContaining('API_SECURITY_REQUEST_INVALID') },
    ]);
    expect((await evaluate(['-'], odd)).exitCode).toBe(0);
    const strict = await evaluate(['-', '--strict'], odd);
    expect(strict.exitCode).toBe(3);
    expect(strict.stdout).toContain('1 scored');
    expect(strict.stderr).toContain('3 lines are no records');
  });

  it('prints a table that no record can break', async () => {
    const { exitCode, stdout } = await evaluate(['records.jsonl', '--misses', '9', '--false-positives', '9']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^sqli +2 +2 +100\.00 % +34\.24 % – 100\.00 %$/m);
    expect(stdout).toMatch(/^shop +4 +1 +25\.00 %/m);
    expect(stdout).toContain('records.jsonl: 8 scored, left out as weak: 1');
    expect(stdout).toContain('\\x1b[2JCVE-4');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('unscored 0, degraded 0, truncated 0');
  });

  it('shouts where something was cut', async () => {
    const long = { payload: "a' ".repeat(60_000), label: 'attack', category: 'sqli', source: 'list' };
    const { stdout } = await evaluate(['-', '--placement', 'json'], JSON.stringify(long));
    expect(stdout).toMatch(/^TRUNCATED: .*\d/m);
  });

  it('never takes an item that nobody scored for a harmless one', async () => {
    writeTinyModels(join(workspace.cwd, 'failing'), Number.NaN);
    const argv = ['evaluate', '--models', 'failing', 'records.jsonl'];
    const { exitCode, stdout, stderr } = await runCaptured(argv, { cwd: workspace.cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('records were not scored');
    expect(stdout).toMatch(/^UNSCORED: \d+ records got no score and are in no rate below\.$/m);
    expect(stdout).toContain('records.jsonl:1  no content score (degraded: content)');
    expect(stdout).toMatch(/^DEGRADED: content \d+/m);
  });

  it('colours and counts on a terminal only', async () => {
    const argv = ['evaluate', '--models', 'models', 'records.jsonl'];
    const terminal = await runCaptured(argv, { cwd: workspace.cwd, tty: true });
    expect(terminal.stdout).toContain('\u001b[1m');
    expect(terminal.stderr).toMatch(/scored, [\d,]+\/s/);
    const plain = await runCaptured(argv, { cwd: workspace.cwd, tty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
    expect((await runCaptured(argv, { cwd: workspace.cwd })).stderr).toBe('');
  });

  it.each([
    ['a file that is not there', ['missing.jsonl'], 3, 'Cannot read missing.jsonl'],
    ['no record at all', ['-'], 3, 'no record to score'],
    ['no file', [], 2, 'missing required argument'],
    ['an unknown level', ['-', '--level', 'low'], 2, 'Allowed choices'],
    ['a number that is none', ['-', '--misses', 'many'], 2, 'whole number'],
    ['no models', ['-', '--models', 'nowhere'], 4, 'API_SECURITY_MODEL_NOT_FOUND'],
  ])('ends with its own exit code for %s', async (_, argv, exitCode, message) => {
    const ended = await evaluate(argv, '');
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr).toContain(message);
  });
});
