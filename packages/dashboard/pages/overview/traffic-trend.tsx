import { Area, AreaChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import { everyHour } from '../analytics/every-hour.js';
import type { HourlyStatistics } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { Legend } from '../components/legend.js';
import { formatCount, formatShort } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { formatTick, formatTime } from '../components/time.js';
import { texts } from '../texts.js';

/** Requests and threats by hour. */
export function TrafficTrend({
  hours,
  spanMs,
}: {
  readonly hours: readonly HourlyStatistics[];
  readonly spanMs: number;
}) {
  if (hours.length === 0) return <Empty />;
  const points = everyHour(hours, spanMs).map(({ at, requests, threats }) => ({ at, requests, threats }));
  const sum = (name: 'requests' | 'threats'): string =>
    formatCount(points.reduce((all, point) => all + point[name], 0));
  return (
    <>
      <Figure label={`${texts.overview.trend}: ${sum('requests')}, ${sum('threats')}`}>
        <AreaChart data={points} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="at"
            tickFormatter={(at) => formatTick(at, spanMs)}
            tickLine={false}
            axisLine={false}
            minTickGap={36}
          />
          <YAxis
            yAxisId="requests"
            tickFormatter={formatShort}
            width={52}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
          />
          <YAxis
            yAxisId="threats"
            orientation="right"
            tickFormatter={formatShort}
            width={44}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
          />
          <Tooltip
            content={({ active, payload }) => {
              const point = payload?.[0]?.payload as (typeof points)[number] | undefined;
              if (!active || point === undefined) return null;
              return (
                <ChartTip
                  title={formatTime(point.at)}
                  rows={[
                    [texts.common.requests, formatCount(point.requests)],
                    [texts.common.threats, formatCount(point.threats)],
                  ]}
                />
              );
            }}
          />
          <Area
            yAxisId="requests"
            dataKey="requests"
            stroke="var(--accent)"
            fill="var(--accent)"
            fillOpacity={0.14}
            strokeWidth={2}
            isAnimationActive={false}
          />
          <Area
            yAxisId="threats"
            dataKey="threats"
            stroke="var(--critical)"
            fill="var(--critical)"
            fillOpacity={0.1}
            strokeWidth={2}
            isAnimationActive={false}
          />
        </AreaChart>
      </Figure>
      <Legend
        entries={[
          { name: texts.common.requests, color: 'var(--accent)' },
          { name: texts.common.threats, color: 'var(--critical)' },
        ]}
      />
    </>
  );
}
