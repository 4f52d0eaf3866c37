import { CartesianGrid, ComposedChart, Line, ReferenceArea, Tooltip, XAxis, YAxis } from 'recharts';
import type { HourlyStatistics } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { formatCount, formatScore } from '../components/number-format.js';
import { formatTick, formatTime } from '../components/time.js';
import { texts } from '../texts.js';
import { useThresholds } from '../use-health.js';
import { everyHour } from './every-hour.js';

/** The mean score of each hour over the bands of the levels. Hours without requests have none. */
export function ScoreTrend({
  hours,
  spanMs,
}: {
  readonly hours: readonly HourlyStatistics[];
  readonly spanMs: number;
}) {
  const { medium, high, critical } = useThresholds();
  const points = everyHour(hours, spanMs).map(({ at, requests, meanScore }) => ({
    at,
    requests,
    meanScore: requests === 0 ? null : meanScore,
  }));
  const means = points.flatMap(({ meanScore }) => (meanScore === null ? [] : [meanScore]));
  const bands = [
    ['medium', medium, high],
    ['high', high, critical],
    ['critical', critical, 1],
  ] as const;
  return (
    <Figure label={`${texts.analytics.score}: ${formatScore(Math.min(...means))} – ${formatScore(Math.max(...means))}`}>
      <ComposedChart data={points} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        {bands.map(([level, from, to]) => (
          <ReferenceArea
            key={level}
            y1={from}
            y2={to}
            fill={`var(--${level})`}
            fillOpacity={0.1}
            ifOverflow="extendDomain"
          />
        ))}
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          tickFormatter={(at) => formatTick(at, spanMs)}
          tickLine={false}
          axisLine={false}
          minTickGap={36}
        />
        <YAxis domain={[0, 1]} ticks={[0, medium, high, critical, 1]} width={44} tickLine={false} axisLine={false} />
        <Tooltip
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as (typeof points)[number] | undefined;
            if (!active || point === undefined) return null;
            return (
              <ChartTip
                title={formatTime(point.at)}
                rows={[
                  [texts.analytics.mean, point.meanScore === null ? '–' : formatScore(point.meanScore)],
                  [texts.common.requests, formatCount(point.requests)],
                ]}
              />
            );
          }}
        />
        <Line
          dataKey="meanScore"
          stroke="var(--accent)"
          strokeWidth={2}
          dot={points.length < 30}
          isAnimationActive={false}
          connectNulls={false}
        />
      </ComposedChart>
    </Figure>
  );
}
