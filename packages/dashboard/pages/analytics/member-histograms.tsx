import type { ScorePoint } from '../api.js';
import { formatCount, formatDuration, formatShare } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { quantile } from '../overview/quantile.js';
import { texts } from '../texts.js';
import { useHealth, useThresholds } from '../use-health.js';

/** Bars of each picture. */
const BARS = 20;

const MEMBERS = [
  ['content', texts.detail.content, 'cnn'],
  ['flow', texts.detail.flow, 'cnn'],
  ['bilstm', texts.detail.bilstm, 'bilstm'],
] as const;

/** How each model scored the newest requests, how often it was there and sure, and how long it all took. */
export function MemberHistograms({ points }: { readonly points: readonly ScorePoint[] }) {
  const { high } = useThresholds();
  const rows = useHealth().data?.counters.rows;
  if (points.length === 0) return <Empty />;
  const durations = points.map(({ durationMs }) => durationMs);
  const certain = points.filter(({ isCertain }) => isCertain).length;
  return (
    <>
      <ul className="bars">
        {MEMBERS.map(([member, name, color]) => {
          const scores = points.flatMap((point) => point[member] ?? []);
          const above = scores.filter((score) => score >= high).length;
          return (
            <li key={member}>
              <span>{name}</span>
              <Histogram scores={scores} label={`${name}: ${formatCount(scores.length)}`} color={`var(--${color})`} />
              <span className="end number small">
                {formatShare(above, scores.length)}
                <span className="muted"> ≥ {high}</span>
              </span>
            </li>
          );
        })}
      </ul>
      <dl className="facts">
        <dt>{texts.analytics.latency}</dt>
        <dd>
          p50 {formatDuration(quantile(durations, 0.5))}, p99 {formatDuration(quantile(durations, 0.99))}
        </dd>
        <dt>{texts.analytics.certain}</dt>
        <dd>
          {formatCount(certain)} {texts.analytics.certainHint}
        </dd>
        {rows !== undefined && (
          <>
            <dt>{texts.analytics.scored}</dt>
            <dd>
              {texts.detail.content} {formatCount(rows.content)}, {texts.detail.flow} {formatCount(rows.flow)},{' '}
              {texts.detail.bilstm} {formatCount(rows.sequence)}
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function Histogram({
  scores,
  label,
  color,
}: {
  readonly scores: readonly number[];
  readonly label: string;
  readonly color: string;
}) {
  const counts = new Array<number>(BARS).fill(0);
  for (const score of scores) {
    const bar = Math.min(BARS - 1, Math.floor(score * BARS));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.log1p(Math.max(1, ...counts));
  return (
    <svg
      viewBox={`0 0 ${BARS * 10} 44`}
      preserveAspectRatio="none"
      width="100%"
      height="44"
      role="img"
      aria-label={label}
    >
      <line x1="0" x2={BARS * 10} y1="43.500" y2="43.500" stroke="var(--line)" />
      {counts.map((count, i) => {
        const height = (Math.log1p(count) / most) * 42;

        return <rect key={i} x={i * 10 + 1} width="8" y={43 - height} height={height} fill={color} />;
      })}
    </svg>
  );
}
