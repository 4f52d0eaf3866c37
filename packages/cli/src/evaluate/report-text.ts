import type { Paint } from '../output.js';
import { printable } from '../printable.js';
import { type Column, table } from '../table.js';
import type { EvaluationReport, ListedItem, Problem } from './evaluation-report.js';
import type { Group } from './grouped-rates.js';
import type { Rate } from './wilson.js';

/** Groups of one table that are shown; the JSON has all of them. */
const MAX_ROWS = 50;

/** The report for people, line by line. */
export function reportText(report: EvaluationReport, paint: Paint): string[] {
  const { settings, attacks, weak, benign } = report;
  const level = settings.level.toUpperCase();
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', ...(title === '' ? [] : [paint.bold(title)]), ...lines];
  const rates = (title: string, first: string, counted: string, groups: readonly Group[]) =>
    groups.length === 0 ? [] : section(title, rateTable(first, counted, groups, paint));
  const grouped = settings.groupBy ?? '';
  return [
    ...headline(report, paint),
    ...warnings(report, paint),
    ...rates(`Attacks that reach ${level}`, 'category', 'detected', withAll(attacks.detected, attacks.byCategory)),
    ...rates('', 'source', 'detected', attacks.bySource),
    ...rates('', grouped, 'detected', attacks.byGroup ?? []),
    ...(weak === null
      ? []
      : rates(`Weak attacks that reach ${level}`, 'source', 'detected', withAll(weak.detected, weak.bySource))),
    ...rates(`Benign requests that reach ${level}`, 'source', 'flagged', withAll(benign.flagged, benign.bySource)),
    // Where every source has one kind, the table would say the same again.
    ...rates('', 'source / kind', 'flagged', benign.byKind.length > benign.bySource.length ? benign.byKind : []),
    ...rates('', grouped, 'flagged', benign.byGroup ?? []),
    ...section('Levels', levelTable(report, paint)),
    ...section('Detection at a given false-positive rate', curveTable(report, paint)),
    ...section('Models', modelTable(report, paint)),
    ...section('Inspection', inspectionLines(report)),
    ...section(
      `Missed attacks, lowest score first`,
      report.misses.flatMap((item) => listedLines(item, paint)),
    ),
    ...section(
      `False positives, highest score first`,
      report.falsePositives.flatMap((item) => listedLines(item, paint)),
    ),
    ...section('Lines that are no records', problemLines(report.invalid, report.items.invalid)),
  ];
}

function headline({ inputs, items, settings }: EvaluationReport, paint: Paint): string[] {
  const files = inputs.length === 1 ? printable(inputs[0] ?? '') : `${inputs.length} inputs`;
  const picked = settings.sample === null ? '' : `, sample of ${settings.sample} with seed ${settings.seed}`;
  const left = items.weakLeftOut === 0 ? '' : `, left out as weak: ${whole(items.weakLeftOut)}`;
  const invalid = items.invalid === 0 ? '' : `, ${paint.yellow(`invalid lines: ${whole(items.invalid)}`)}`;
  return [`${paint.bold(files)}: ${whole(items.scored)} scored${picked}${left}${invalid}`];
}

/** What must be 0 for the rates to mean anything. */
function warnings({ items, unscored, models, inspection }: EvaluationReport, paint: Paint): string[] {
  const lines: string[] = [];
  if (items.unscored > 0) {
    lines.push(`UNSCORED: ${whole(items.unscored)} records got no score and are in no rate below.`);
    lines.push(...problemLines(unscored, items.unscored));
  }
  if (items.scored > 0 && models.some(({ role, rows }) => role === 'content' && rows === 0)) {
    lines.push('The content tower scored nothing: triage let every value pass.');
  }
  const counted = (what: string, counts: Readonly<Record<string, number>>) => {
    const parts = Object.entries(counts);
    if (parts.length > 0)
      lines.push(`${what}: ${parts.map(([part, count]) => `${printable(part)} ${whole(count)}`).join(', ')}`);
  };
  counted('DEGRADED', inspection.degraded);
  counted('TRUNCATED', inspection.truncated);
  return lines.map((line) => paint.red(line));
}

function withAll(rate: Rate, groups: readonly Group[]): Group[] {
  return rate.total === 0 ? [] : [{ name: 'all', ...rate }, ...groups];
}

function rateTable(first: string, counted: string, groups: readonly Group[], paint: Paint): string[] {
  const columns: Column[] = [
    { title: printable(first) },
    { title: 'n', align: 'right' },
    { title: counted, align: 'right' },
    { title: 'rate', align: 'right' },
    { title: '95 % interval', align: 'right' },
  ];
  const shown = groups.slice(0, MAX_ROWS);
  const rows = shown.map((group) => [
    printable(group.name),
    whole(group.total),
    whole(group.count),
    ...rateCells(group),
  ]);
  const rest = groups.length - shown.length;
  return [
    ...withHeading(table(columns, rows), paint),
    ...(rest > 0 ? [paint.dim(`and ${whole(rest)} smaller ones, in --json`)] : []),
  ];
}

function levelTable({ levels }: EvaluationReport, paint: Paint): string[] {
  const columns: Column[] = [
    { title: 'level' },
    { title: 'from score', align: 'right' },
    { title: 'attacks', align: 'right' },
    { title: '95 % interval', align: 'right' },
    { title: 'benign', align: 'right' },
    { title: '95 % interval', align: 'right' },
  ];
  const rows = levels.map(({ level, threshold, attacks, benign }) => [
    level.toUpperCase(),
    threshold.toFixed(2),
    ...rateCells(attacks),
    ...rateCells(benign),
  ]);
  return withHeading(table(columns, rows), paint);
}

function curveTable({ curve }: EvaluationReport, paint: Paint): string[] {
  if (curve === null) return [];
  const columns: Column[] = [
    { title: 'at most', align: 'right' },
    { title: 'from score', align: 'right' },
    { title: 'detected', align: 'right' },
    { title: '95 % interval', align: 'right' },
    { title: 'false positives', align: 'right' },
  ];
  const rows = curve.map(({ target, threshold, detection, falsePositives }) => [
    percent(target),
    threshold === null ? 'none' : threshold.toFixed(4),
    ...rateCells(detection),
    `${whole(falsePositives.count)} of ${whole(falsePositives.total)}`,
  ]);
  return withHeading(table(columns, rows), paint);
}

function modelTable({ models }: EvaluationReport, paint: Paint): string[] {
  const columns: Column[] = [
    { title: 'model' },
    { title: 'name' },
    { title: 'version' },
    { title: 'rows scored', align: 'right' },
    { title: 'sha256' },
  ];
  const rows = models.map(({ role, name, version, rows, sha256 }) => [
    role,
    printable(name),
    printable(version),
    whole(rows),
    sha256,
  ]);
  return withHeading(table(columns, rows), paint);
}

function inspectionLines({ time, inspection, items }: EvaluationReport): string[] {
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const { degraded, truncated, unparsed } = inspection;
  const unread = Object.entries(unparsed).map(([part, count]) => `${printable(part)} ${whole(count)}`);
  return [
    ...(time === null ? [] : [`time an item: mean ${ms(time.meanMs)}, p50 ${ms(time.p50Ms)}, p99 ${ms(time.p99Ms)}`]),
    `unscored ${whole(items.unscored)}, degraded ${whole(sum(degraded))}, truncated ${whole(sum(truncated))}, unparsed ${whole(sum(unparsed))}${unread.length === 0 ? '' : ` (${unread.join(', ')})`}`,
  ];
}

function listedLines(item: ListedItem, paint: Paint): string[] {
  const id = item.id === null ? '' : ` ${printable(item.id)}`;
  const assessed = item.assessed === null || item.assessed === item.category ? '' : `, assessed as ${item.assessed}`;
  const head = `${item.score.toFixed(3)}  ${printable(item.category)}${assessed}  ${printable(item.source)}${id}`;
  const where = item.place === null ? '' : `  ${printable(item.place)}: `;
  return [
    `${head}  ${paint.dim(`${printable(item.file)}:${item.line}`)}`,
    `       ${printable(item.method)} ${printable(item.path)}`,
    ...(item.excerpt === null ? [] : [`     ${where}${printable(item.excerpt)}`]),
  ];
}

function problemLines(problems: readonly Problem[], count: number): string[] {
  const lines = problems.map(({ file, line, reason }) => `  ${printable(file)}:${line}  ${printable(reason)}`);
  return count > problems.length ? [...lines, `  and ${whole(count - problems.length)} more`] : lines;
}

function withHeading([heading = '', ...rows]: readonly string[], paint: Paint): string[] {
  return [paint.dim(heading), ...rows];
}

function rateCells({ rate, low, high }: Rate): [rate: string, interval: string] {
  return rate === null ? ['–', '–'] : [percent(rate), `${percent(low)} – ${percent(high)}`];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function ms(durationMs: number): string {
  return `${durationMs.toFixed(2)} ms`;
}

function whole(count: number): string {
  return count.toLocaleString('en');
}
