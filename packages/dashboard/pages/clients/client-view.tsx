import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, type Assessment, ask, type Client } from '../api.js';
import { Card } from '../components/card.js';
import { Dialog } from '../components/dialog.js';
import { formatCount } from '../components/number-format.js';
import { PageHead } from '../components/page-head.js';
import { Empty, Loaded } from '../components/states.js';
import { formatTime, Time } from '../components/time.js';
import { RequestDetail } from '../detail/request-detail.js';
import { visible } from '../detail/visible.js';
import { linkTo } from '../location.js';
import { DEFAULT_COLUMNS } from '../logs/columns.js';
import { LogTable } from '../logs/log-table.js';
import { useRight } from '../session.js';
import { texts } from '../texts.js';
import { BanDialog } from './ban-dialog.js';
import { StepTimeline } from './step-timeline.js';
import { UnbanButton } from './unban-button.js';

const COLUMNS = DEFAULT_COLUMNS.map((name) => (name === 'client' ? ('bilstm' as const) : name));

/** One client: what it did, step by step, and who looks like it. */
export function ClientView({ clientKey, tenant }: { readonly clientKey: string; readonly tenant: string | null }) {
  const mayConfigure = useRight('configure');
  const [isBanning, setIsBanning] = useState(false);
  const [shown, setShown] = useState<Assessment | null>(null);
  const query = useQuery({
    queryKey: ['client', clientKey, tenant],
    queryFn: () => ask<Client>(`clients/${encodeURIComponent(clientKey)}`, { tenant }),
  });
  const isUnknown = query.error instanceof ApiProblem && query.error.status === 404;
  const ban = query.data?.ban ?? null;
  return (
    <>
      <PageHead title={visible(clientKey)} lead={texts.clients.lead}>
        <a className="button" href={linkTo('clients')}>
          {texts.clients.back}
        </a>
        {ban !== null && (
          <>
            <span className="badge deny">{texts.clients.bannedUntil(formatTime(ban.until))}</span>
            <UnbanButton ban={ban} />
          </>
        )}
        {ban === null && mayConfigure && (
          <button type="button" className="button danger" onClick={() => setIsBanning(true)}>
            {texts.clients.ban}
          </button>
        )}
      </PageHead>
      {isUnknown ? (
        <Card title={texts.clients.unknown}>
          <Empty title={texts.clients.unknown} hint={texts.clients.unknownHint} />
        </Card>
      ) : (
        <Loaded query={query}>
          {({ assessments, related, held }) => (
            <>
              <Card
                title={texts.clients.timeline}
                hint={texts.clients.timelineHint}
                aside={<span className="muted small">{texts.clients.held(formatCount(held))}</span>}
              >
                <StepTimeline assessments={assessments} onOpen={setShown} />
              </Card>
              <div className="grid">
                <Card title={texts.clients.steps} isFlush span="span-8">
                  <LogTable items={assessments} columns={COLUMNS} onOpen={setShown} />
                </Card>
                <Card title={texts.clients.related} isFlush span="span-4">
                  {related.length === 0 ? (
                    <Empty title={texts.clients.noRelated} />
                  ) : (
                    <ul className="alerts">
                      {related.map((other) => (
                        <li key={other.key}>
                          <span className="badge">{formatCount(other.threats)}</span>
                          <div>
                            <a className="break" href={linkTo('clients', { key: other.key, tenant })}>
                              {visible(other.key)}
                            </a>
                            <p className="small muted">
                              {texts.clients.sharing}: {other.sharing}
                            </p>
                          </div>
                          <span className="small muted">
                            <Time at={other.lastAt} />
                          </span>
                        </li>
                      ))}
                    </ul>
                  )}
                </Card>
              </div>
            </>
          )}
        </Loaded>
      )}
      {isBanning && <BanDialog clientKey={clientKey} tenant={tenant} onClose={() => setIsBanning(false)} />}
      {shown !== null && (
        <Dialog kind="drawer" title={texts.detail.title} onClose={() => setShown(null)}>
          <RequestDetail assessment={shown} />
        </Dialog>
      )}
    </>
  );
}
