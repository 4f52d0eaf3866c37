import { useState } from 'react';
import type { Alert } from '../api.js';
import { Dialog } from '../components/dialog.js';
import { formatCount } from '../components/number-format.js';
import { formatTime } from '../components/time.js';
import { RequestDetail } from '../detail/request-detail.js';
import { useRight } from '../session.js';
import { texts } from '../texts.js';
import { AcknowledgeDialog } from './acknowledge-dialog.js';
import { ExemptionDialog } from './exemption-dialog.js';

/** One alert: what was seen, and what can be done about it. */
export function AlertDrawer({ alert, onClose }: { readonly alert: Alert; readonly onClose: () => void }) {
  const [asking, setAsking] = useState<'acknowledge' | 'exempt' | null>(null);
  const [mayAcknowledge, mayLabel] = [useRight('acknowledge'), useRight('label')];
  const { assessment, count, firstAt, lastAt, acknowledged } = alert;
  return (
    <Dialog
      kind="drawer"
      title={`${assessment.category ?? ''} ${texts.alerts.times(formatCount(count))}`}
      onClose={onClose}
    >
      <div className="actions">
        {acknowledged === null && mayAcknowledge && (
          <button type="button" className="button primary" onClick={() => setAsking('acknowledge')}>
            {texts.alerts.acknowledge}
          </button>
        )}
        {mayLabel && assessment.evidence.length > 0 && (
          <button type="button" className="button" onClick={() => setAsking('exempt')}>
            {texts.alerts.notAttack}
          </button>
        )}
        <span className="muted small">
          {texts.alerts.first} {formatTime(firstAt)} · {texts.alerts.last} {formatTime(lastAt)}
        </span>
      </div>
      <RequestDetail assessment={assessment} />
      {asking === 'acknowledge' && (
        <AcknowledgeDialog ids={[alert.id]} onClose={() => setAsking(null)} onDone={onClose} />
      )}
      {asking === 'exempt' && <ExemptionDialog alert={alert} onClose={() => setAsking(null)} onDone={onClose} />}
    </Dialog>
  );
}
