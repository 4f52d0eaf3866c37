import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, type HourlyStatistics, type Scores, type Top } from '../api.js';
import { Card } from '../components/card.js';
import { formatCount } from '../components/number-format.js';
import { PageHead } from '../components/page-head.js';
import { SPANS, SpanChoice, type SpanName } from '../components/span-choice.js';
import { Empty, Loaded } from '../components/states.js';
import { texts } from '../texts.js';
import { DetectionBars } from './detection-bars.js';
import { HourTable } from './hour-table.js';
import { MemberHistograms } from './member-histograms.js';
import { ScoreHistogram } from './score-histogram.js';
import { ScoreTrend } from './score-trend.js';
import { TopClients, TopRoutes } from './top.js';

/** Spans begin at a full minute, so that looking twice asks the same. */
const MINUTE_MS = 60_000;

export default function Analytics() {
  const [span, setSpan] = useState<SpanName>('day');
  const from = Math.floor((Date.now() - SPANS[span]) / MINUTE_MS) * MINUTE_MS;
  const hourly = useQuery({
    queryKey: ['hourly', span],
    queryFn: () => ask<HourlyStatistics[]>('stats/hourly', { from }),
  });
  // Counting scores reads every row: a week has to do.
  const scores = useQuery({
    queryKey: ['scores', span],
    queryFn: () => ask<Scores>('scores', { from: Math.max(from, Date.now() - SPANS.week), limit: 500 }),
  });
  const top = useQuery({ queryKey: ['top', span], queryFn: () => ask<Top>('top', { from }) });
  const among =
    top.data && (top.data.isAll ? texts.analytics.amongAll : texts.analytics.among)(formatCount(top.data.looked));
  return (
    <>
      <PageHead title={texts.pages.analytics} lead={texts.analytics.lead}>
        <SpanChoice span={span} onChange={setSpan} />
      </PageHead>
      <div className="grid">
        <Card title={texts.analytics.score} hint={texts.analytics.scoreHint} span="span-6">
          <Loaded query={hourly}>
            {(hours) => (hours.length === 0 ? <Empty /> : <ScoreTrend hours={hours} spanMs={SPANS[span]} />)}
          </Loaded>
        </Card>
        <Card title={texts.analytics.detections} span="span-6">
          <Loaded query={hourly}>{(hours) => <DetectionBars hours={hours} spanMs={SPANS[span]} />}</Loaded>
        </Card>
        <Card title={texts.analytics.routes} {...(among !== undefined && { hint: among })} span="span-6" isFlush>
          <Loaded query={top}>{({ routes }) => <TopRoutes routes={routes} />}</Loaded>
        </Card>
        <Card title={texts.analytics.clients} {...(among !== undefined && { hint: among })} span="span-6" isFlush>
          <Loaded query={top}>{({ clients }) => <TopClients clients={clients} />}</Loaded>
        </Card>
        <Card
          title={texts.analytics.histogram}
          hint={span === 'month' ? texts.analytics.histogramOfWeek : texts.analytics.histogramHint}
          span="span-6"
        >
          <Loaded query={scores}>{({ histogram }) => <ScoreHistogram bins={histogram} />}</Loaded>
        </Card>
        <Card title={texts.analytics.members} span="span-6">
          <Loaded query={scores}>{({ newest }) => <MemberHistograms points={newest} />}</Loaded>
        </Card>
        <Card title={texts.analytics.table} isFlush>
          <Loaded query={hourly}>{(hours) => <HourTable hours={hours} />}</Loaded>
        </Card>
      </div>
    </>
  );
}
