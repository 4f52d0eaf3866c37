import { texts } from '../texts.js';
import { formatCount } from './number-format.js';

/** Leads from page to page by cursor. */
export function Pager({
  shown,
  total,
  isTotalExact,
  cursors,
  next,
  onChange,
}: {
  readonly shown: number;
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Cursors of the pages before this one, oldest look first. */
  readonly cursors: readonly string[];
  readonly next: string | null;
  readonly onChange: (cursors: readonly string[]) => void;
}) {
  return (
    <div className="pager">
      <span className="muted small number">
        {texts.pager.of(formatCount(shown), `${formatCount(total)}${isTotalExact ? '' : '+'}`)}
      </span>
      <span className="actions">
        <button
          type="button"
          className="button"
          disabled={cursors.length === 0}
          onClick={() => onChange(cursors.slice(0, -1))}
        >
          {texts.pager.previous}
        </button>
        <button
          type="button"
          className="button"
          disabled={next === null}
          onClick={() => next !== null && onChange([...cursors, next])}
        >
          {texts.pager.next}
        </button>
      </span>
    </div>
  );
}
