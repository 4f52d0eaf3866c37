import { formatShort } from '../components/number-format.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';

/** Categories that are shown. */
const SHOWN = 5;

/** What was found most often. */
export function CategoryBars({ categories }: { readonly categories: Readonly<Record<string, number>> }) {
  const sorted = Object.entries(categories).sort(([, a], [, b]) => b - a);
  const most = sorted[0]?.[1] ?? 1;
  if (sorted.length === 0) return <p className="muted">{texts.common.none}</p>;
  return (
    <ul className="bars wide">
      {sorted.slice(0, SHOWN).map(([name, count]) => (
        <li key={name}>
          <a href={linkTo('logs', { category: name })}>{name}</a>
          <span className="track">
            <span className="cnn" style={{ width: `${(Math.log1p(count) / Math.log1p(most)) * 100}%` }} />
          </span>
          <span className="end number">{formatShort(count)}</span>
        </li>
      ))}
    </ul>
  );
}
