import pc from 'picocolors';
import { line } from './text.mjs';

/** What came of each kind of client, and what it cost. */
export function showSummary({ ordinary, attacks, counters, latency }) {
  table(
    'Attacks',
    ['sent', 'flagged', 'rejected', 'first flagged'],
    attacks,
    ({ sent, flagged, rejected, firstFlagged }) => [
      sent,
      flagged,
      rejected,
      firstFlagged === 0 ? 'never' : `request ${firstFlagged}`,
    ],
  );
  table('Ordinary clients', ['sent', 'false alarms', 'rejected'], ordinary, ({ sent, flagged, rejected }) => [
    sent,
    flagged,
    rejected,
  ]);

  const { requests, scored, unscored, rows } = counters;
  line(pc.bold('\nModels'));
  line(
    `  ${scored} of ${requests} requests scored, ${unscored} not; rows: content ${rows.content}, flow ${rows.flow}, sequence ${rows.sequence}`,
  );

  const { bare, guarded, pairs } = latency;
  line(pc.bold('\nAdded latency') + pc.dim(` (${pairs} requests to the bare app and to the guarded one, in turn)`));
  for (const p of ['p50', 'p99']) {
    const ratio = (guarded[p] / bare[p]).toFixed(2);
    line(`  ${p}  ${ms(bare[p])} → ${ms(guarded[p])}  (${ms(guarded[p] - bare[p], '+')}, × ${ratio})`);
  }
  line();
}

/** Whether all went well: every attack seen, every request scored, nobody rejected without reason. Says what did not. */
export function verdict({ ordinary, attacks, counters }) {
  const problems = [
    ...attacks.filter(({ flagged }) => flagged === 0).map(({ name }) => `Not noticed: ${name}`),
    ...ordinary.filter(({ rejected }) => rejected > 0).map(({ name }) => `Rejected without reason: ${name}`),
    ...(counters.unscored > 0 ? [`Not scored: ${counters.unscored} requests`] : []),
  ];
  for (const problem of problems) line(pc.red(problem));
  return problems.length === 0;
}

function table(title, heads, kinds, cellsOf) {
  line(pc.bold(`\n${title.padEnd(40)}${row(heads)}`));
  for (const kind of kinds) line(`  ${kind.name.padEnd(38)}${row(cellsOf(kind))}`);
}

function row(cells) {
  return cells.map((cell) => String(cell).padStart(15)).join('');
}

function ms(value, sign = '') {
  return `${value < 0 ? '' : sign}${value.toFixed(2)} ms`;
}
