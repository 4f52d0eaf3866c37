import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AuditEntry, ask, type Page } from '../api.js';
import { Card } from '../components/card.js';
import { PageHead } from '../components/page-head.js';
import { Pager } from '../components/pager.js';
import { Empty, Loaded } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { formatTime } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { texts } from '../texts.js';

const LIMIT = 25;

export default function Audit() {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const parameters = { limit: LIMIT, cursor: cursors.at(-1) };
  const query = useQuery({
    queryKey: ['audit', parameters],
    queryFn: () => ask<Page<AuditEntry>>('audit', parameters),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHead title={texts.pages.audit} lead={texts.audit.lead} />
      <Card title={texts.pages.audit} isFlush>
        <Loaded query={query}>
          {({ items, total, isTotalExact, next }) =>
            items.length === 0 ? (
              <Empty title={texts.audit.empty} />
            ) : (
              <>
                <TableScroll label={texts.pages.audit}>
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">{texts.common.time}</th>
                        <th scope="col">{texts.audit.who}</th>
                        <th scope="col">{texts.audit.what}</th>
                        <th scope="col">{texts.audit.subject}</th>
                        <th scope="col">{texts.common.details}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map(({ id, at, actor, action, subject, detail }) => (
                        <tr key={id}>
                          <td className="nowrap">{formatTime(at)}</td>
                          <td className="break">{visible(actor)}</td>
                          <td>
                            <span className="badge accent">{action}</span>
                          </td>
                          <td className="break mono">{visible(subject)}</td>
                          <td className="break mono small">{visible(JSON.stringify(detail))}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </TableScroll>
                <Pager
                  shown={items.length}
                  total={total}
                  isTotalExact={isTotalExact}
                  cursors={cursors}
                  next={next}
                  onChange={setCursors}
                />
              </>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
