import type { Level } from '../api.js';
import { formatShare, formatShort } from '../components/number-format.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';

const WORST_FIRST: readonly Level[] = ['critical', 'high', 'medium', 'low'];

/** How many requests have each level. Long bars are logarithmic: one attack among a million is to be seen. */
export function LevelBars({ levels, all }: { readonly levels: Readonly<Record<Level, number>>; readonly all: number }) {
  const longest = Math.log1p(Math.max(1, ...Object.values(levels)));
  return (
    <ul className="bars">
      {WORST_FIRST.map((level) => (
        <li key={level}>
          <a href={linkTo('logs', { level })}>{texts.levels[level]}</a>
          <span className="track">
            <span className={level} style={{ width: `${(Math.log1p(levels[level]) / longest) * 100}%` }} />
          </span>
          <span className="end number">
            {formatShort(levels[level])}
            <span className="muted small"> {formatShare(levels[level], all)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
