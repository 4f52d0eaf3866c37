import { useQuery } from '@tanstack/react-query';
import { AlertList } from '../alerts/alert-list.js';
import { type Alert, ask, type HourlyStatistics, type Page, type Scores, type Statistics } from '../api.js';
import { Card } from '../components/card.js';
import { formatDuration, formatScore, formatShare, formatShort, formatValue } from '../components/number-format.js';
import { PageHead } from '../components/page-head.js';
import { SPANS } from '../components/span-choice.js';
import { Empty, Loaded } from '../components/states.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';
import { CategoryBars } from './category-bars.js';
import { LevelBars } from './level-bars.js';
import { quantile } from './quantile.js';
import { ScoreScatter } from './score-scatter.js';
import { TrafficTrend } from './traffic-trend.js';

const MINUTES_OF_A_DAY = 1_440;
/** Alerts on the first page. */
const RECENT = 6;

export function Overview() {
  const stats = useQuery({ queryKey: ['stats'], queryFn: () => ask<Statistics>('stats') });
  const hourly = useQuery({ queryKey: ['hourly', 'day'], queryFn: () => ask<HourlyStatistics[]>('stats/hourly') });
  const scores = useQuery({ queryKey: ['scores', 'overview'], queryFn: () => ask<Scores>('scores', { limit: 500 }) });
  const alerts = useQuery({
    queryKey: ['alerts', 'recent'],
    queryFn: () => ask<Page<Alert>>('alerts', { limit: RECENT }),
  });
  const durations = scores.data?.newest.map(({ durationMs }) => durationMs) ?? [];
  return (
    <>
      <PageHead title={texts.pages.overview} lead={texts.overview.lead} />
      <dl className="tiles">
        <Tile
          name={texts.overview.requests}
          value={stats.data && formatShort(stats.data.requests)}
          hint={stats.data && texts.overview.requestsHint(formatValue(stats.data.requests / MINUTES_OF_A_DAY))}
        />
        <Tile
          name={texts.overview.threats}
          value={stats.data && formatShort(stats.data.threats)}
          hint={stats.data && texts.overview.threatsHint(formatShare(stats.data.threats, stats.data.requests))}
        />
        <Tile
          name={texts.overview.rejected}
          value={stats.data && formatShort(stats.data.rejected)}
          hint={texts.overview.rejectedHint}
        />
        <Tile
          name={texts.overview.meanScore}
          value={stats.data && formatScore(stats.data.meanScore)}
          hint={texts.overview.meanScoreHint}
        />
        <Tile
          name={texts.overview.latency}
          value={scores.data && formatDuration(quantile(durations, 0.5))}
          hint={scores.data && texts.overview.latencyHint(formatDuration(quantile(durations, 0.99)))}
        />
      </dl>
      <div className="grid">
        <Card title={texts.overview.trend} span="span-8">
          <Loaded query={hourly}>{(hours) => <TrafficTrend hours={hours} spanMs={SPANS.day} />}</Loaded>
        </Card>
        <Card title={texts.overview.levels} span="span-4">
          <Loaded query={stats}>
            {({ levels, categories, requests }) => (
              <>
                <LevelBars levels={levels} all={requests} />
                <h3>{texts.overview.categories}</h3>
                <CategoryBars categories={categories} />
              </>
            )}
          </Loaded>
        </Card>
        <Card title={texts.overview.scatter} hint={texts.overview.scatterHint} span="span-5">
          <Loaded query={scores}>{({ newest }) => <ScoreScatter points={newest} />}</Loaded>
        </Card>
        <Card
          title={texts.overview.recent}
          span="span-7"
          isFlush
          aside={<a href={linkTo('alerts')}>{texts.overview.allAlerts}</a>}
        >
          <Loaded query={alerts}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title={texts.overview.noAlerts} hint={texts.overview.noAlertsHint} />
              ) : (
                <AlertList alerts={items} />
              )
            }
          </Loaded>
        </Card>
      </div>
    </>
  );
}

function Tile({
  name,
  value,
  hint,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly hint: string | undefined;
}) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>{value ?? '…'}</dd>
      <dd>{hint ?? '\u00a0'}</dd>
    </div>
  );
}
