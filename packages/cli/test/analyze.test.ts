import { join } from 'node:path';
import type { Assessment } from '@api-security/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCaptured, type Surroundings } from './run-captured.js';
import { writeTinyModels } from './tiny-models.js';
import { useWorkspace } from './workspace.js';

// The tiny content model counts single quotes: one is LOW, two are HIGH, three are CRITICAL.
const workspace = useWorkspace();

const analyze = (argv: readonly string[], surroundings: Partial<Surroundings> = {}) =>
  runCaptured(['analyze', '--models', 'models', ...argv], { cwd: workspace.cwd, ...surroundings });

async function assessmentOf(argv: readonly string[], surroundings: Partial<Surroundings> = {}): Promise<Assessment> {
  const { stdout, stderr } = await analyze(['--json', ...argv], surroundings);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Assessment;
}

beforeAll(() => {
  workspace.write(
    'raw.http',
    'POST /login?a=1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n\r\n{"name":"\'\' or \'\'"}',
  );
  workspace.write('described.json', JSON.stringify({ method: 'GET', url: "/users?id='''", address: '192.0.2.7' }));
  workspace.write(
    'record.jsonl',
    JSON.stringify({ method: 'GET', path: "/users?id='''", headers: {}, body: null, label: 'attack' }),
  );
  workspace.write('invalid.json', JSON.stringify({ method: 'GET', url: 7 }));
  workspace.write('data.json', '{"note":"\'\'\'"}');
});

describe('analyze', () => {
  it('explains a request from flags', async () => {
    const { exitCode, stdout } = await analyze(['--url', 'http://localhost:3000/users?id=1%27%20OR%20%27%27=%27']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^CRITICAL 1\.000 {2}sqli 90 %, cmdi 10 %$/m);
    expect(stdout).toMatch(/^GET \/users\?id=/m);
    expect(stdout).toMatch(/content 1\.000, flow absent\), bilstm 0\.\d+/);
    expect(stdout).toMatch(/^ {2}query\.id {2}sqli 1\.000$/m);
    expect(stdout).toMatch(/»[^«]*'[^«]*«/);
    expect(stdout).toMatch(/decoded: percent$/m);
    expect(stdout).toContain('bound parameter');
  });

  it('prints the assessment for programs', async () => {
    const assessment = await assessmentOf([
      '--url',
      'http://localhost:3000/users?id=%27%27',
      '--header',
      'X-A: 1',
      '--address',
      '192.0.2.1',
    ]);
    expect(assessment).toMatchObject({
      level: 'high',
      category: 'sqli',
      client: { address: '192.0.2.1' },
      request: { method: 'GET', path: '/users?id=%27%27' },
      scores: { flow: null },
      evidence: [{ place: 'query.id', decoded: "''", chain: ['percent'] }],
      degraded: [],
    });
    expect(assessment.request.headers).toEqual(
      expect.arrayContaining([
        ['host', 'localhost:3000'],
        ['x-a', '1'],
      ]),
    );
  });

  it('reads data from the command line and from a file', async () => {
    const inline = await assessmentOf(['--url', '/notes', '--data', '{"note":"\'\'\'"}']);
    expect(inline).toMatchObject({
      request: { method: 'POST' },
      level: 'critical',
      evidence: [{ place: 'body.note' }],
    });
    expect(await assessmentOf(['--url', '/notes', '--data', '@data.json'])).toMatchObject({
      evidence: [{ place: 'body.note' }],
    });
  });

  it('reads a raw request, a description, a record and standard input', async () => {
    expect(await assessmentOf(['raw.http'])).toMatchObject({ level: 'critical', evidence: [{ place: 'body.name' }] });
    expect(await assessmentOf(['described.json'])).toMatchObject({
      level: 'critical',
      client: { address: '192.0.2.7' },
    });
    expect(await assessmentOf(['record.jsonl'])).toMatchObject({
      level: 'critical',
      evidence: [{ place: 'query.id' }],
    });
    expect(await assessmentOf(['-'], { stdin: "GET /users?id=''' HTTP/1.1\n\n" })).toMatchObject({ level: 'critical' });
  });

  it('says nothing against a near neighbour', async () => {
    const { stdout, exitCode } = await analyze(['--url', "/users?name=O'Brien", '--fail']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^LOW /);
    expect(stdout).not.toContain('Evidence');
  });

  it('fails on demand when the request reaches HIGH', async () => {
    expect((await analyze(['described.json', '--fail'])).exitCode).toBe(1);
    expect((await analyze(['described.json'])).exitCode).toBe(0);
  });

  it('prints attacks as text, marked where they spoke', async () => {
    const url = "/a?q='''%1b%5d0;owned%07%E2%80%AE";
    const plain = await analyze(['--url', url]);
    expect(plain.stdout).toContain('\\x1b]0;owned\\x07\\u{202e}');
    expect(plain.stdout).not.toMatch(/[\u001b\u0007\u202e]/);
    const terminal = await analyze(['--url', url], { tty: true });
    expect(terminal.stdout).toContain('\u001b[4m');
    expect(terminal.stdout).not.toContain('\u001b]0;');
    const json = await analyze(['--url', url, '--json']);
    expect(json.stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });

  it('ends with 4 where the content was not scored, and still prints what it has', async () => {
    writeTinyModels(join(workspace.cwd, 'failing'), Number.NaN);
    const argv = ['analyze', '--models', 'failing', '--url', "/a?q='''"];
    const { exitCode, stdout, stderr } = await runCaptured(argv, { cwd: workspace.cwd });
    expect(exitCode).toBe(4);
    expect(stdout).toContain('content absent');
    expect(stdout).toContain('degraded: content');
    expect(stderr).toContain('not scored');
  });

  it.each([
    ['no request', [], 2, 'describe the request with --url'],
    ['a file and flags', ['raw.http', '--url', '/'], 2, 'only --address'],
    ['a header that is none', ['--url', '/', '--header', 'nonsense'], 2, '"nonsense"'],
    ['an address that is none', ['--url', '/', '--address', 'nowhere'], 2, 'API_SECURITY_REQUEST_INVALID'],
    ['a file that is not there', ['missing.http'], 3, 'Cannot read missing.http'],
    ['data that is not there', ['--url', '/', '--data', '@missing'], 3, 'Cannot read missing'],
    ['a file that is no request', ['invalid.json'], 3, 'API_SECURITY_REQUEST_INVALID'],
  ])('ends with its own exit code for %s', async (_, argv, exitCode, message) => {
    const ended = await analyze(argv);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr).toContain(message);
  });
});
