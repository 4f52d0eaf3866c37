import { Bar, BarChart, CartesianGrid, Cell, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { Level, Scores, Thresholds } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { formatCount, formatScore, formatShort } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { texts } from '../texts.js';
import { useThresholds } from '../use-health.js';

/** Bars of the picture. */
const BARS = 50;

/** How many requests have which score, with the thresholds. */
export function ScoreHistogram({ bins }: { readonly bins: Scores['histogram'] }) {
  const thresholds = useThresholds();
  if (bins.length === 0) return <Empty />;
  const counts = new Array<number>(BARS).fill(0);
  for (const { score, count } of bins) {
    // Edges of bins are decimal: half a bin more keeps them on their side.
    const bar = Math.min(BARS - 1, Math.floor((score + 0.0005) * BARS));
    counts[bar] = (counts[bar] ?? 0) + count;
  }
  const points = counts.map((count, i) => ({ score: (i + 0.5) / BARS, count, shown: Math.log10(count + 1) }));
  const most = Math.ceil(Math.max(...points.map(({ shown }) => shown)));
  const all = points.reduce((sum, { count }) => sum + count, 0);
  return (
    <Figure label={`${texts.analytics.histogram}: ${formatCount(all)}`}>
      <BarChart
        data={points}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        barCategoryGap={1}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="score"
          type="number"
          domain={[0, 1]}
          ticks={[0, 0.2, 0.4, 0.6, 0.8, 1]}
          tickLine={false}
          axisLine={false}
        />
        <YAxis
          width={44}
          tickLine={false}
          axisLine={false}
          domain={[0, most]}
          ticks={Array.from({ length: most + 1 }, (_, i) => i)}
          tickFormatter={(power: number) => (power === 0 ? '0' : formatShort(10 ** power))}
        />
        {Object.values(thresholds).map((threshold: number) => (
          <ReferenceLine key={threshold} x={threshold} stroke="var(--line-strong)" strokeDasharray="4 3" />
        ))}
        <Tooltip
          cursor={{ fill: 'var(--line)', fillOpacity: 0.5 }}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as (typeof points)[number] | undefined;
            if (!active || point === undefined) return null;
            const half = 0.5 / BARS;
            const title = `${formatScore(point.score - half)} – ${formatScore(point.score + half)}`;
            return <ChartTip title={title} rows={[[texts.common.requests, formatCount(point.count)]]} />;
          }}
        />
        <Bar dataKey="shown" isAnimationActive={false}>
          {points.map(({ score }) => (
            <Cell key={score} fill={`var(--${levelOf(score, thresholds)})`} />
          ))}
        </Bar>
      </BarChart>
    </Figure>
  );
}

function levelOf(score: number, { medium, high, critical }: Thresholds): Level {
  if (score >= critical) return 'critical';
  if (score >= high) return 'high';
  return score >= medium ? 'medium' : 'low';
}
