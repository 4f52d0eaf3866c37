import type { Level, WhatIf } from '../api.js';
import { LevelBadge } from '../components/level-badge.js';
import { formatCount } from '../components/number-format.js';
import { TableScroll } from '../components/table-scroll.js';
import { texts } from '../texts.js';

const LEVELS: readonly Level[] = ['critical', 'high', 'medium', 'low'];

/** What of the stored traffic has which level now, and would have. */
export function ChangeTable({ result, span }: { readonly result: WhatIf; readonly span: string }) {
  const difference = (before: number, after: number): string => {
    if (before === after) return '±0';
    return `${after > before ? '+' : '−'}${formatCount(Math.abs(after - before))}`;
  };
  return (
    <>
      <TableScroll label={texts.whatIf.changes}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.common.level}</th>
              <th scope="col" className="end">
                {texts.whatIf.before}
              </th>
              <th scope="col" className="end">
                {texts.whatIf.after}
              </th>
              <th scope="col" className="end">
                <span className="visually-hidden">{texts.whatIf.changes}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {LEVELS.map((level) => (
              <tr key={level}>
                <td>
                  <LevelBadge level={level} />
                </td>
                <td className="end">{formatCount(result.before.levels[level])}</td>
                <td className="end">{formatCount(result.after.levels[level])}</td>
                <td className="end">{difference(result.before.levels[level], result.after.levels[level])}</td>
              </tr>
            ))}
            <tr>
              <td>{texts.whatIf.rejectable}</td>
              <td className="end">{formatCount(result.before.rejectable)}</td>
              <td className="end">{formatCount(result.after.rejectable)}</td>
              <td className="end">{difference(result.before.rejectable, result.after.rejectable)}</td>
            </tr>
          </tbody>
        </table>
      </TableScroll>
      <p className="pager muted small">{texts.whatIf.looked(formatCount(result.looked), span)}</p>
    </>
  );
}
