import { useState } from 'react';
import { type Ban, send } from '../api.js';
import { Dialog } from '../components/dialog.js';
import { useToast } from '../components/toast.js';
import { visible } from '../detail/visible.js';
import { useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

const MINUTE_MS = 60_000;
const MINUTES = [15, 60, 1_440, 10_080, 43_200] as const;

/** Bans a client for a time, with a reason for those who come later. */
export function BanDialog({
  clientKey,
  tenant,
  onClose,
}: {
  readonly clientKey: string;
  readonly tenant: string | null;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const toast = useToast();
  const [minutes, setMinutes] = useState(60);
  const [reason, setReason] = useState('');
  const ban = useChange(
    () => send<Ban>(session, 'POST', 'bans', { clientKey, tenant, reason, forMs: minutes * MINUTE_MS }),
    ['bans', 'client'],
    () => {
      toast({ text: texts.clients.banned });
      onClose();
    },
  );
  return (
    <Dialog title={texts.clients.banTitle(visible(clientKey))} onClose={onClose}>
      <form
        className="section"
        onSubmit={(event) => {
          event.preventDefault();
          ban.mutate(undefined);
        }}
      >
        <p className="muted">{texts.clients.banHint}</p>
        <label className="field">
          {texts.clients.duration}
          <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {MINUTES.map((count) => (
              <option key={count} value={count}>
                {texts.clients.minutes(count)}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {texts.common.reason}
          <textarea value={reason} required maxLength={4_096} onChange={(event) => setReason(event.target.value)} />
        </label>
        {ban.isError && (
          <p className="callout error" role="alert">
            {ban.error.message}
          </p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button danger" disabled={ban.isPending}>
            {texts.clients.ban.replace(' …', '')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
