import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import type { HourlyStatistics } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { Legend } from '../components/legend.js';
import { formatCount } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { formatTick, formatTime } from '../components/time.js';
import { texts } from '../texts.js';
import { everyHour } from './every-hour.js';

/** Told apart also by those who see few colours. */
const COLORS = ['#4c6ef5', '#e8590c', '#0ca678', '#d6336c', '#f59f00', '#7048e8', '#1098ad', '#868e96'];
const OTHERS = 'others';

/** What was detected, by hour and category; rare categories together. */
export function DetectionBars({
  hours,
  spanMs,
}: {
  readonly hours: readonly HourlyStatistics[];
  readonly spanMs: number;
}) {
  const sums = new Map<string, number>();
  for (const { categories } of hours) {
    for (const [name, count] of Object.entries(categories)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  if (sums.size === 0) return <Empty title={texts.overview.noAlerts} />;
  const common = [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COLORS.length - 1)
    .map(([name]) => name);
  const names = sums.size > common.length ? [...common, OTHERS] : common;
  const points = everyHour(hours, spanMs).map(({ at, categories }) => {
    const counts: Record<string, number> = { at };
    for (const [name, count] of Object.entries(categories)) {
      const shown = common.includes(name) ? name : OTHERS;
      counts[shown] = (counts[shown] ?? 0) + count;
    }
    return counts;
  });
  const all = [...sums].map(([name, count]) => `${name} ${formatCount(count)}`).join(', ');
  return (
    <>
      <Figure label={`${texts.analytics.detections}: ${all}`}>
        <BarChart data={points} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="at"
            tickFormatter={(at) => formatTick(at, spanMs)}
            tickLine={false}
            axisLine={false}
            minTickGap={36}
          />
          <YAxis width={44} tickLine={false} axisLine={false} allowDecimals={false} />
          <Tooltip
            cursor={{ fill: 'var(--line)', fillOpacity: 0.5 }}
            content={({ active, payload }) => {
              const point = payload?.[0]?.payload as Record<string, number> | undefined;
              if (!active || point === undefined) return null;
              return (
                <ChartTip
                  title={formatTime(point.at ?? 0)}
                  rows={names.flatMap((name) =>
                    point[name] === undefined ? [] : [[name, formatCount(point[name])] as const],
                  )}
                />
              );
            }}
          />
          {names.map((name, i) => (
            <Bar
              key={name}
              dataKey={name}
              stackId="categories"
              fill={COLORS[i] ?? 'var(--low)'}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </Figure>
      <Legend entries={names.map((name, i) => ({ name, color: COLORS[i] ?? 'var(--low)' }))} />
    </>
  );
}
