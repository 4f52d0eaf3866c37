import { useState } from 'react';
import type { HourlyStatistics } from '../api.js';
import { formatCount, formatScore } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { formatTime } from '../components/time.js';
import { texts } from '../texts.js';

const SHOWN = 24;

/** Sums hour by hour, newest first. */
export function HourTable({ hours }: { readonly hours: readonly HourlyStatistics[] }) {
  const [isAll, setIsAll] = useState(false);
  if (hours.length === 0) return <Empty />;
  const newest = hours.toReversed();
  return (
    <TableScroll label={texts.analytics.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.common.time}</th>
            <th scope="col" className="end">
              {texts.common.requests}
            </th>
            <th scope="col" className="end">
              {texts.common.threats}
            </th>
            <th scope="col" className="end">
              {texts.levels.high}
            </th>
            <th scope="col" className="end">
              {texts.levels.critical}
            </th>
            <th scope="col" className="end">
              {texts.analytics.rejected}
            </th>
            <th scope="col" className="end">
              {texts.analytics.mean}
            </th>
            <th scope="col">{texts.common.category}</th>
          </tr>
        </thead>
        <tbody>
          {newest
            .slice(0, isAll ? undefined : SHOWN)
            .map(({ at, requests, threats, levels, rejected, meanScore, categories }) => (
              <tr key={at}>
                <td className="nowrap">{formatTime(at)}</td>
                <td className="end">{formatCount(requests)}</td>
                <td className="end">{formatCount(threats)}</td>
                <td className="end">{formatCount(levels.high)}</td>
                <td className="end">{formatCount(levels.critical)}</td>
                <td className="end">{formatCount(rejected)}</td>
                <td className="end">{formatScore(meanScore)}</td>
                <td className="small muted">
                  {Object.entries(categories)
                    .sort(([, a], [, b]) => b - a)
                    .map(([name, count]) => `${name} ${formatCount(count)}`)
                    .join(', ')}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {newest.length > SHOWN && !isAll && (
        <div className="pager">
          <button type="button" className="button" onClick={() => setIsAll(true)}>
            {texts.common.all} ({formatCount(newest.length)})
          </button>
        </div>
      )}
    </TableScroll>
  );
}
