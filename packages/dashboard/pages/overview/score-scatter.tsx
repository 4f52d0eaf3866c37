import { CartesianGrid, ReferenceLine, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { Level, ScorePoint } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { Legend } from '../components/legend.js';
import { formatScore } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { texts } from '../texts.js';
import { useThresholds } from '../use-health.js';

const LEVELS: readonly Level[] = ['low', 'medium', 'high', 'critical'];

/** What the CNN says of requests against what the BiLSTM says of their clients. Those that only one could score are left out. */
export function ScoreScatter({ points }: { readonly points: readonly ScorePoint[] }) {
  const { high } = useThresholds();
  const scored = points.filter(({ cnn, bilstm }) => cnn !== null && bilstm !== null);
  if (scored.length === 0) return <Empty />;
  return (
    <>
      <Figure label={`${texts.overview.scatter}: ${scored.length}`} isTall>
        <ScatterChart margin={{ top: 8, right: 12, bottom: 20, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="cnn"
            name="CNN"
            domain={[0, 1]}
            ticks={[0, 0.2, 0.4, 0.6, 0.8, 1]}
            tickLine={false}
            axisLine={false}
            label={{ value: 'CNN', position: 'insideBottom', offset: -12 }}
          />
          <YAxis
            type="number"
            dataKey="bilstm"
            name="BiLSTM"
            domain={[0, 1]}
            ticks={[0, 0.2, 0.4, 0.6, 0.8, 1]}
            width={52}
            tickLine={false}
            axisLine={false}
            label={{ value: 'BiLSTM', angle: -90, position: 'insideLeft', offset: 8 }}
          />
          <ReferenceLine x={high} stroke="var(--high)" strokeDasharray="4 4" />
          <ReferenceLine y={high} stroke="var(--high)" strokeDasharray="4 4" />
          <Tooltip
            content={({ active, payload }) => {
              const point = payload?.[0]?.payload as ScorePoint | undefined;
              if (!active || point === undefined) return null;
              return (
                <ChartTip
                  title={point.route}
                  rows={[
                    [texts.detail.cnn, formatScore(point.cnn ?? 0)],
                    [texts.detail.bilstm, formatScore(point.bilstm ?? 0)],
                    [texts.detail.ensemble, `${formatScore(point.score)} ${texts.levels[point.level]}`],
                    [texts.common.client, point.clientKey],
                  ]}
                />
              );
            }}
          />
          {LEVELS.map((level) => (
            <Scatter
              key={level}
              data={scored.filter((point) => point.level === level)}
              fill={`var(--${level})`}
              fillOpacity={0.72}
              isAnimationActive={false}
            />
          ))}
        </ScatterChart>
      </Figure>
      <Legend entries={LEVELS.map((level) => ({ name: texts.levels[level], color: `var(--${level})` }))} />
    </>
  );
}
