import type { Assessment } from '../../assessment/assessment.js';
import { digestOf } from '../echo.js';
import type { Reply, Sent } from '../http-client.js';
import { ATTACK, LOOK_ALIKE } from './bodies.js';
import { BODY_ENCODINGS } from './body-encodings.js';
import { BODY_KINDS, type BodyKind } from './body-kinds.js';
import {
  type AdapterHarness,
  type BareApp,
  type GuardedApp,
  PARSERS,
  type Parser,
  withApp,
  withBareApp,
} from './harness.js';

/** What the matrix shows of one body kind, with one parser, in one encoding. */
export interface MatrixCell {
  readonly kind: string;
  readonly parser: Parser;
  readonly encoding: string;
  /** Why the cell does not pass; empty when it does. */
  readonly problems: readonly string[];
}

/** The two apps that a cell compares. */
interface Apps {
  readonly bare: BareApp;
  readonly guarded: GuardedApp;
  /** What the engine has rejected so far. */
  readonly rejected: readonly Assessment[];
}

/** A harness is an app that does not change: what was asked of it once need not be asked again. */
const known = new WeakMap<AdapterHarness, Map<Parser, Promise<readonly MatrixCell[]>>>();

/**
 * In block mode, for every body kind and encoding: an attack is rejected before the handler, its evidence at the right place;
 * and the same request with a harmless text is answered as by the bare app, whose handler answers with a digest of what it was
 * given. A body that the framework's own parser refuses in front of the adapter stays refused.
 */
export function matrixOf(harness: AdapterHarness, parser: Parser): Promise<readonly MatrixCell[]> {
  const ofHarness = known.get(harness) ?? new Map<Parser, Promise<readonly MatrixCell[]>>();
  known.set(harness, ofHarness);
  const cells = ofHarness.get(parser) ?? fillMatrix(harness, parser);
  ofHarness.set(parser, cells);
  return cells;
}

/** The matrix as text, one line for each body kind: cells that pass of all cells, by parser. */
export async function matrixTable(
  harness: AdapterHarness,
): Promise<{ readonly passed: number; readonly cells: number; readonly text: string }> {
  const cells: MatrixCell[] = [];
  for (const parser of PARSERS) cells.push(...(await matrixOf(harness, parser)));
  const share = (some: readonly MatrixCell[]) => `${some.filter(passes).length}/${some.length}`;
  const line = (name: string, fields: readonly string[]) =>
    `${name.padEnd(32)}${fields.map((field) => field.padStart(10)).join('')}`;
  const rows = Object.keys(BODY_KINDS).map((kind) =>
    line(
      kind,
      PARSERS.map((parser) => share(cells.filter((cell) => cell.kind === kind && cell.parser === parser))),
    ),
  );
  const text = [line('parser', PARSERS), ...rows, line('cells', [share(cells)])].join('\n');
  return { passed: cells.filter(passes).length, cells: cells.length, text };
}

function passes({ problems }: MatrixCell): boolean {
  return problems.length === 0;
}

async function fillMatrix(harness: AdapterHarness, parser: Parser): Promise<readonly MatrixCell[]> {
  const cells: MatrixCell[] = [];
  await withBareApp(harness, { parser }, (bare) =>
    withApp(harness, { parser, options: { mode: 'block' } }, async (guarded) => {
      const rejected: Assessment[] = [];
      guarded.security.on('rejected', (assessment) => rejected.push(assessment));
      for (const [kind, body] of Object.entries(BODY_KINDS)) {
        for (const [encoding, encode] of encodingsOf(body)) {
          const apps = { bare, guarded, rejected };
          const problems = [
            ...(await attackProblems(apps, parser, body, encode(body.with(ATTACK)))),
            ...(await twinProblems(apps, parser, encode(body.with(LOOK_ALIKE)))),
          ];
          cells.push({ kind, parser, encoding, problems });
        }
      }
    }),
  );
  return cells;
}

/** Without a body there is nothing to encode. */
function encodingsOf(kind: BodyKind): [string, (sent: Sent) => Sent][] {
  const all = Object.entries(BODY_ENCODINGS);
  return kind.with('').body === undefined ? all.slice(0, 1) : all;
}

async function attackProblems({ bare, guarded, rejected }: Apps, parser: Parser, kind: BodyKind, attack: Sent) {
  const [handled, known] = [guarded.seen.handled, rejected.length];
  const [unguarded, reply] = await Promise.all([bare.send(attack), guarded.send(attack)]);
  const problems: string[] = [];
  if (guarded.seen.handled !== handled) problems.push('the handler got an attack');
  if (parser === 'before' && unguarded.status >= 400) {
    return [...problems, ...differences('an attack that the parser refuses', unguarded, reply)];
  }
  if (reply.status !== 403) problems.push(`an attack was answered with ${reply.status}`);
  const places = rejected[known]?.evidence.map(({ place }) => place) ?? [];
  if (!kind.places.some((place) => place !== undefined && places.includes(place))) {
    problems.push(`evidence at ${places.join(', ') || 'no place'}`);
  }
  return problems;
}

async function twinProblems({ bare, guarded }: Apps, parser: Parser, twin: Sent): Promise<string[]> {
  const [unguarded, reply] = await Promise.all([bare.send(twin), guarded.send(twin)]);
  const problems = differences('a harmless request', unguarded, reply);
  // Two apps that are wrong in the same way would agree: where no parser runs, the handler gets what was sent.
  if (parser === 'none' && twin.body !== undefined) {
    const { unread } = JSON.parse(reply.text) as { unread?: unknown };
    if (unread !== digestOf(Buffer.from(twin.body))) problems.push('the handler got other bytes than were sent');
  }
  return problems;
}

/** What tells two answers apart, but the time. */
function differences(what: string, expected: Reply, got: Reply): string[] {
  const [a, b] = [expected, got].map(({ status, headers, text }) =>
    JSON.stringify({ status, headers: { ...headers, date: '' }, text }),
  );
  return a === b ? [] : [`${what} got ${b} instead of ${a}`];
}
