import { useQuery } from '@tanstack/react-query';
import { ask, type Ban } from '../api.js';
import { Empty, Loaded } from '../components/states.js';
import { formatTime } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';
import { UnbanButton } from './unban-button.js';

/** Who is banned now. */
export function BanList() {
  const query = useQuery({ queryKey: ['bans'], queryFn: () => ask<Ban[]>('bans') });
  return (
    <Loaded query={query}>
      {(bans) =>
        bans.length === 0 ? (
          <Empty title={texts.clients.noBans} />
        ) : (
          <ul className="alerts">
            {bans.map((ban) => (
              <li key={`${ban.tenant} ${ban.clientKey}`}>
                <span className="badge deny">{texts.clients.banned}</span>
                <div>
                  <a className="break" href={linkTo('clients', { key: ban.clientKey, tenant: ban.tenant })}>
                    {visible(ban.clientKey)}
                  </a>
                  <p className="small break">{visible(ban.reason)}</p>
                  <p className="small muted">
                    {texts.common.by} {visible(ban.by)}, {texts.clients.bannedUntil(formatTime(ban.until))}
                  </p>
                </div>
                <UnbanButton ban={ban} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
