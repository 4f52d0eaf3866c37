import type { EvasionResult } from './measure-evasion.js';
import type { RateRow } from './rate-table.js';

/** The page of a measurement, in Markdown. */
export function evasionReport(result: EvasionResult): string {
  const { version, payloads, requests, seconds } = result;
  return [
    `# Evasion, content ${version}`,
    `${payloads} payloads of the test split, drawn evenly over categories, in ${requests} requests, scored by the whole product in ${seconds} s. Detected: HIGH or above. Intervals: Wilson, 95 %. “Of those detected as they are”: the original is detected at the same placement.`,
    'Each transform is applied only to categories whose back ends read the result as they read the original, and only at placements whose parsers pass it on. Transforms, filler and seeds are not those of training.',
    '## Overall',
    pairTable('', [result.overall], [result.overallOfDetected]),
    '## By transform',
    pairTable('transform', result.transforms, result.transformsOfDetected),
    '## By placement',
    pairTable('placement', result.placements, result.placementsOfDetected),
    '## Padding',
    'Ordinary prose around the payload.',
    pairTable('padding', result.padding, result.paddingOfDetected),
    '## As they are, by placement',
    table('placement', result.originals, 'detected'),
    '## Rewritten, by category',
    table('category', result.categories, 'detected'),
    '## Harmless look-alikes',
    table('kind', result.lookAlikes, 'flagged'),
    list(
      'Flagged',
      result.flaggedLookAlikes.map(
        ({ kind, placement, text, score }) => `${kind}, ${placement}, ${score.toFixed(2)}: ${quoted(text)}`,
      ),
    ),
    list(
      'Detected as they are, missed rewritten (the first)',
      result.missed.map(
        ({ transform, placement, category, text }) => `${transform}, ${placement}, ${category}: ${quoted(text)}`,
      ),
    ),
    '',
  ].join('\n\n');
}

function table(first: string, rows: readonly RateRow[], verb: string): string {
  const lines = rows.map(
    (row) => `| ${row.name} | ${percent(row.rate)} | ${interval(row)} | ${row.count} / ${row.of} |`,
  );
  return [`| ${first} | ${verb} | 95 % | |`, '|---|---:|---|---:|', ...lines].join('\n');
}

function pairTable(first: string, all: readonly RateRow[], ofDetected: readonly RateRow[]): string {
  const lines = all.map((row) => {
    const other = ofDetected.find(({ name }) => name === row.name);
    const second =
      other === undefined ? '– | –' : `${percent(other.rate)} | ${interval(other)}, ${other.count} / ${other.of}`;
    return `| ${row.name} | ${percent(row.rate)} | ${interval(row)}, ${row.count} / ${row.of} | ${second} |`;
  });
  return [`| ${first} | of all | | of those detected as they are | |`, '|---|---:|---|---:|---|', ...lines].join('\n');
}

function list(title: string, items: readonly string[]): string {
  return [`### ${title}`, '', ...(items.length === 0 ? ['None.'] : items.map((item) => `- ${item}`))].join('\n');
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function interval({ low, high }: RateRow): string {
  return `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)}`;
}

/** Attack text is data: one line, in a code span that it cannot leave. */
function quoted(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  const fence = '`'.repeat(1 + Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length)));
  return `${fence} ${line} ${fence}`;
}
