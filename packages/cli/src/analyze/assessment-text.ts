import type { Assessment, Evidence, Level } from '@api-security/core';
import type { Paint } from '../output.js';
import { printable } from '../printable.js';

/** The explained assessment for people, line by line. */
export function assessmentText(assessment: Assessment, paint: Paint): string[] {
  const { request, scores, evidence, unusual, recommendation, durationMs, inspectedBytes } = assessment;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...lines];
  const member = (score: number | null) => (score === null ? 'absent' : score.toFixed(3));
  return [
    `${levelMark(assessment.level, paint)} ${paint.bold(assessment.score.toFixed(3))}${categories(assessment)}`,
    `${printable(request.method)} ${printable(request.path)}`,
    ...section('Members', [
      `  cnn ${member(scores.cnn)} (content ${member(scores.content)}, flow ${member(scores.flow)}), bilstm ${member(scores.bilstm)}`,
    ]),
    ...section(
      'Evidence',
      evidence.flatMap((found) => evidenceLines(found, paint)),
    ),
    ...section(
      'Unusual',
      unusual.map((name) => `  ${unusualLine(name, assessment)}`),
    ),
    ...section('Next', recommendation === '' ? [] : [`  ${recommendation}`]),
    ...section(
      'Not inspected',
      marks(assessment).map((mark) => paint.yellow(`  ${mark}`)),
    ),
    '',
    paint.dim(`${inspectedBytes} bytes of values inspected in ${durationMs.toFixed(1)} ms`),
  ];
}

function levelMark(level: Level, paint: Paint): string {
  const text = level.toUpperCase();
  switch (level) {
    case 'low':
      return paint.green(text);
    case 'medium':
      return paint.yellow(text);
    default:
      return paint.bold(paint.red(text));
  }
}

function categories({ categories }: Assessment): string {
  if (categories.length === 0) return '';
  return `  ${categories.map(({ category, probability }) => `${category} ${Math.round(probability * 100)} %`).join(', ')}`;
}

function evidenceLines(
  { place, excerpt, decoded, chain, category, score, from, to }: Evidence,
  paint: Paint,
): string[] {
  const spoke = printable(decoded.slice(from, to));
  // Without colours the part is put between marks, in the line itself: a second line would not survive wrapping.
  const marked = spoke === '' ? '' : paint.enabled ? paint.red(paint.underline(spoke)) : `»${spoke}«`;
  return [
    `  ${paint.cyan(printable(place))}  ${category} ${score.toFixed(3)}`,
    `    ${printable(decoded.slice(0, from))}${marked}${printable(decoded.slice(to))}`,
    ...(chain.length === 0
      ? []
      : [paint.dim(`    came as ${printable(excerpt)}`), paint.dim(`    decoded: ${chain.join(', ')}`)]),
  ];
}

function unusualLine(name: string, { features, signals }: Assessment): string {
  const found = [...features, ...signals].find((feature) => feature.name === name);
  return found === undefined ? name : `${name}: ${Number(found.value.toPrecision(6))} ${found.unit}`.trimEnd();
}

function marks({ truncated, unparsed, degraded }: Assessment): string[] {
  return [
    ...truncated.map((what) => `truncated: ${printable(what)}`),
    ...unparsed.map((what) => `unparsed: ${printable(what)}`),
    ...degraded.map((what) => `degraded: ${printable(what)}`),
  ];
}
