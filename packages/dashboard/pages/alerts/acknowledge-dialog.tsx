import { useState } from 'react';
import { type Alert, send } from '../api.js';
import { Dialog } from '../components/dialog.js';
import { useToast } from '../components/toast.js';
import { useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

/** Takes note of alerts, with what somebody has to say about them. */
export function AcknowledgeDialog({
  ids,
  onClose,
  onDone,
}: {
  readonly ids: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const session = useSession();
  const toast = useToast();
  const [note, setNote] = useState('');
  const change = useChange(
    () => send<{ alerts: Alert[] }>(session, 'POST', 'alerts/acknowledge', { ids, note }),
    ['alerts'],
    ({ alerts }) => {
      toast({ text: texts.alerts.done(alerts.length) });
      onDone();
    },
  );
  return (
    <Dialog title={texts.alerts.acknowledgeTitle(ids.length)} onClose={onClose}>
      <form
        className="section"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        <label className="field">
          {texts.common.note}
          <textarea
            value={note}
            maxLength={4_096}
            placeholder={texts.alerts.notePlaceholder}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
        {change.isError && (
          <p className="callout error" role="alert">
            {change.error.message}
          </p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={change.isPending}>
            {texts.alerts.acknowledge}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
