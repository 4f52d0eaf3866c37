import { useState } from 'react';
import type { Alert } from '../api.js';
import { LevelBadge } from '../components/level-badge.js';
import { formatCount, formatScore } from '../components/number-format.js';
import { Time } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { texts } from '../texts.js';
import { AlertDrawer } from './alert-drawer.js';

/** Alerts, one attacker each; a click shows what is known of one. */
export function AlertList({
  alerts,
  selected,
  onSelect,
}: {
  readonly alerts: readonly Alert[];
  /** Ids of those that are chosen; absent where none can be. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (id: string, isSelected: boolean) => void;
}) {
  const [shown, setShown] = useState<string | null>(null);
  const open = alerts.find(({ id }) => id === shown);
  return (
    <>
      <ul className="alerts">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <span className="actions">
              {onSelect !== undefined && (
                <input
                  type="checkbox"
                  aria-label={texts.alerts.select(nameOf(alert))}
                  checked={selected?.has(alert.id) ?? false}
                  onChange={(event) => onSelect(alert.id, event.target.checked)}
                />
              )}
              <LevelBadge level={alert.assessment.level} />
            </span>
            <Summary alert={alert} onOpen={() => setShown(alert.id)} />
            <span className="end small muted">
              <Time at={alert.lastAt} />
              <br />
              <span className="number">{formatScore(alert.assessment.score)}</span>
            </span>
          </li>
        ))}
      </ul>
      {open !== undefined && <AlertDrawer alert={open} onClose={() => setShown(null)} />}
    </>
  );
}

function Summary({ alert, onOpen }: { readonly alert: Alert; readonly onOpen: () => void }) {
  const { assessment, count, acknowledged } = alert;
  const [strongest] = assessment.evidence;
  return (
    <div>
      <div className="headline">
        <button type="button" className="row-button" onClick={onOpen}>
          <strong>{nameOf(alert)}</strong>
        </button>
        {count > 1 && <span className="badge">{texts.alerts.times(formatCount(count))}</span>}
        <span className="muted small break">{texts.alerts.from(visible(assessment.client.key))}</span>
        {assessment.decision.action === 'deny' && <span className="badge deny">{texts.actions.deny}</span>}
        {acknowledged !== null && (
          <span className="muted small">{texts.alerts.acknowledgedBy(visible(acknowledged.by))}</span>
        )}
      </div>
      {strongest !== undefined && (
        <code className="small muted path">
          {visible(strongest.place)}: {visible(strongest.decoded)}
        </code>
      )}
      {acknowledged !== null && acknowledged.note !== '' && <p className="small break">{visible(acknowledged.note)}</p>}
    </div>
  );
}

/** `sqli on GET /users`. */
function nameOf({ assessment: { category, request, subject } }: Alert): string {
  const where = request.route === '' ? subject : `${visible(request.method)} ${visible(request.route)}`;
  return `${category ?? texts.levels.high} · ${where}`;
}
