import type { Quartiles } from '../guard/quantiles.js';

/** Tones that can be read on white, and told apart by people who do not see all colours. */
const COLORS = ['#1b6ca8', '#c0562b', '#3f8f4f', '#8a5aa8', '#8a7a1f', '#6b6b6b'];
const INK = '#333333';
const GRID = '#dddddd';
const FRAME = { left: 84, top: 58, width: 500, height: 290 };
const BARS_TOP = 42;
const LEGEND_X = FRAME.left + FRAME.width + 18;
const WIDTH = LEGEND_X + 220;

/** Points of one line, both above 0. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** One bar, and how far its quartiles reach. */
export interface Bar {
  readonly name: string;
  readonly value: Quartiles;
}

export interface Axes {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

/** Lines in log-log, where what grows in proportion rises as steeply as the dashed line. */
export function lineChart({ title, x, y }: Axes, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  const [left, right] = decades(points.map(([value]) => value));
  const [bottom, top] = decades(points.map(([, value]) => value));
  const xAt = (value: number): number => FRAME.left + (FRAME.width * (Math.log10(value) - left)) / (right - left);
  const yAt = (value: number): number => FRAME.top + FRAME.height * (1 - (Math.log10(value) - bottom) / (top - bottom));
  const grid: string[] = [];
  for (let decade = left; decade <= right; decade++) {
    const at = xAt(10 ** decade);
    grid.push(
      rule(at, FRAME.top, at, FRAME.top + FRAME.height),
      text(at, FRAME.top + FRAME.height + 18, short(10 ** decade), 'middle'),
    );
  }
  for (let decade = bottom; decade <= top; decade++) {
    const at = yAt(10 ** decade);
    grid.push(
      rule(FRAME.left, at, FRAME.left + FRAME.width, at),
      text(FRAME.left - 8, at + 4, short(10 ** decade), 'end'),
    );
  }
  const span = Math.min(right - left, top - bottom);
  const proportion = `<path d="M${at(xAt(10 ** (right - span)), yAt(10 ** bottom))}L${at(xAt(10 ** right), yAt(10 ** (bottom + span)))}" stroke="#999999" stroke-dasharray="5 5" fill="none"/>`;
  const drawn = lines.map(({ points: own }, i) => {
    const color = COLORS[i % COLORS.length];
    const path = own.map(([px, py]) => at(xAt(px), yAt(py))).join('L');
    const dots = own.map(
      ([px, py]) => `<circle cx="${xAt(px).toFixed(1)}" cy="${yAt(py).toFixed(1)}" r="3" fill="${color}"/>`,
    );
    return `<path d="M${path}" stroke="${color}" stroke-width="2" fill="none"/>${dots.join('')}`;
  });
  const legend = [
    ...lines.map(({ name }, i) => entry(i, name, COLORS[i % COLORS.length] as string)),
    entry(lines.length, 'in proportion', '#999999'),
  ];
  return picture(title, FRAME.top + FRAME.height + 56, [
    ...grid,
    proportion,
    ...drawn,
    ...legend,
    text(FRAME.left + FRAME.width / 2, FRAME.top + FRAME.height + 42, x, 'middle'),
    text(FRAME.left, FRAME.top - 10, y, 'start'),
  ]);
}

/** One bar for each name, from 0, with the quartiles as a whisker. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const left = 250;
  const width = WIDTH - left - 90;
  const most = Math.max(...bars.map(({ value }) => value.q3));
  const xAt = (value: number): number => left + (width * Math.max(0, value)) / most;
  const drawn = bars.flatMap(({ name, value }, i) => {
    const y = BARS_TOP + 26 * i;
    const color = name.includes('api-security') ? COLORS[0] : COLORS[5];
    return [
      text(left - 10, y + 14, name, 'end'),
      `<rect x="${left}" y="${y}" width="${(xAt(value.median) - left).toFixed(1)}" height="18" fill="${color}"/>`,
      `<path d="M${at(xAt(value.q1), y + 9)}L${at(xAt(value.q3), y + 9)}" stroke="${INK}" stroke-width="2"/>`,
      text(xAt(value.q3) + 8, y + 14, value.median < 10 ? value.median.toFixed(2) : value.median.toFixed(0), 'start'),
    ];
  });
  return picture(title, BARS_TOP + 26 * bars.length + 12, drawn);
}

function picture(title: string, height: number, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="22" fill="${INK}" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** Powers of ten around values. */
function decades(values: readonly number[]): [from: number, to: number] {
  const from = Math.floor(Math.log10(Math.min(...values)));
  return [from, Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function entry(i: number, name: string, color: string): string {
  const y = FRAME.top + 8 + 22 * i;
  return `<rect x="${LEGEND_X}" y="${y}" width="14" height="4" fill="${color}"/>${text(LEGEND_X + 20, y + 6, name, 'start')}`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${at(x1, y1)}L${at(x2, y2)}" stroke="${GRID}"/>`;
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${INK}">${escaped(words)}</text>`;
}

const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** 1k, 10M. */
function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
