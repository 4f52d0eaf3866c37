import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { ReliabilityBin } from '../api.js';
import { ChartTip } from '../components/chart-tip.js';
import { Figure } from '../components/figure.js';
import { formatCount, formatScore } from '../components/number-format.js';
import { texts } from '../texts.js';

/** What a model said against what was true, on data it had not seen. */
export function ReliabilityDiagram({ bins }: { readonly bins: readonly ReliabilityBin[] }) {
  const points = bins.filter(({ count }) => count > 0).toSorted((a, b) => a.predicted - b.predicted);
  return (
    <>
      <Figure label={`${texts.models.reliability}. ${texts.models.reliabilityHint}`}>
        <LineChart data={points} margin={{ top: 8, right: 12, bottom: 18, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="predicted"
            domain={[0, 1]}
            ticks={[0, 0.25, 0.5, 0.75, 1]}
            tickLine={false}
            axisLine={false}
            label={{ value: texts.models.predicted, position: 'insideBottom', offset: -10 }}
          />
          <YAxis
            type="number"
            domain={[0, 1]}
            ticks={[0, 0.25, 0.5, 0.75, 1]}
            width={44}
            tickLine={false}
            axisLine={false}
          />
          <ReferenceLine
            segment={[
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ]}
            stroke="var(--line-strong)"
            strokeDasharray="4 4"
          />
          <Tooltip
            content={({ active, payload }) => {
              const bin = payload?.[0]?.payload as ReliabilityBin | undefined;
              if (!active || bin === undefined) return null;
              return (
                <ChartTip
                  title={`${texts.models.predicted} ${formatScore(bin.predicted)}`}
                  rows={[
                    [texts.models.observed, formatScore(bin.observed)],
                    [texts.common.count, formatCount(bin.count)],
                  ]}
                />
              );
            }}
          />
          <Line dataKey="observed" stroke="var(--accent)" strokeWidth={2} isAnimationActive={false} />
        </LineChart>
      </Figure>
      <p className="muted small">{texts.models.reliabilityHint}</p>
    </>
  );
}
