import { type Ban, send } from '../api.js';
import { useToast } from '../components/toast.js';
import { useRight, useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

/** Lifts a ban, for those who may. */
export function UnbanButton({ ban: { clientKey, tenant } }: { readonly ban: Ban }) {
  const session = useSession();
  const toast = useToast();
  const mayConfigure = useRight('configure');
  const unban = useChange(
    () => send<Ban>(session, 'DELETE', `bans/${encodeURIComponent(clientKey)}`, undefined, { tenant }),
    ['bans', 'client'],
    () => toast({ text: texts.clients.unbanned }),
  );
  if (!mayConfigure) return null;
  return (
    <button type="button" className="button" disabled={unban.isPending} onClick={() => unban.mutate(undefined)}>
      {texts.clients.unban}
    </button>
  );
}
