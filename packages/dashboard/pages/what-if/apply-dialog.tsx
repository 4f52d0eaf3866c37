import { useState } from 'react';
import { type Mode, type Settings, send, type Thresholds } from '../api.js';
import { Dialog } from '../components/dialog.js';
import { useToast } from '../components/toast.js';
import { useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

/** Asks once more before something changes for everybody. */
export function ApplyDialog({
  change,
  onClose,
}: {
  readonly change: { readonly mode?: Mode | null; readonly thresholds?: Thresholds | null };
  readonly onClose: () => void;
}) {
  const session = useSession();
  const toast = useToast();
  const [note, setNote] = useState('');
  const { mode, thresholds } = change;
  const apply = useChange(
    () => send<Settings>(session, 'POST', 'settings', { ...change, note }),
    ['settings', 'health', 'what-if'],
    () => {
      toast({ text: mode === undefined ? texts.whatIf.applied : texts.whatIf.switched });
      onClose();
    },
  );
  const title = mode == null ? texts.whatIf.applyTitle : texts.whatIf.modeTitle(texts.modeNames[mode]);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="section"
        onSubmit={(event) => {
          event.preventDefault();
          apply.mutate(undefined);
        }}
      >
        <p>{mode == null ? texts.whatIf.applyHint : texts.whatIf.modeHint[mode]}</p>
        {thresholds && <p className="number">{Object.values(thresholds).join(' / ')}</p>}
        <label className="field">
          {texts.common.note}
          <textarea value={note} maxLength={4_096} onChange={(event) => setNote(event.target.value)} />
        </label>
        {apply.isError && (
          <p className="callout error" role="alert">
            {apply.error.message}
          </p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={apply.isPending}>
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
