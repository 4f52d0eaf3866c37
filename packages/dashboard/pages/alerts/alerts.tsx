import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Alert, ask, type Page } from '../api.js';
import { Card } from '../components/card.js';
import { PageHead } from '../components/page-head.js';
import { Pager } from '../components/pager.js';
import { Empty, Loaded } from '../components/states.js';
import { useRight } from '../session.js';
import { texts } from '../texts.js';
import { AcknowledgeDialog } from './acknowledge-dialog.js';
import { AlertList } from './alert-list.js';
import { ExemptionList } from './exemption-list.js';

const LIMIT = 20;

export default function Alerts() {
  const [isAcknowledged, setIsAcknowledged] = useState(false);
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setIsAsking] = useState(false);
  const mayAcknowledge = useRight('acknowledge');
  const parameters = { acknowledged: isAcknowledged, limit: LIMIT, cursor: cursors.at(-1) };
  const query = useQuery({
    queryKey: ['alerts', parameters],
    queryFn: () => ask<Page<Alert>>('alerts', parameters),
    placeholderData: keepPreviousData,
  });
  const show = (acknowledged: boolean): void => {
    setIsAcknowledged(acknowledged);
    setCursors([]);
    setSelected(new Set());
  };
  const choose = (ids: readonly string[], isSelected: boolean): void => {
    const next = new Set(selected);
    for (const id of ids) isSelected ? next.add(id) : next.delete(id);
    setSelected(next);
  };
  return (
    <>
      <PageHead title={texts.pages.alerts} lead={texts.alerts.lead}>
        {selected.size > 0 && (
          <button type="button" className="button primary" onClick={() => setIsAsking(true)}>
            {texts.alerts.acknowledgeMany(selected.size)}
          </button>
        )}
        <fieldset className="segmented" aria-label={texts.pages.alerts}>
          <button type="button" aria-pressed={!isAcknowledged} onClick={() => show(false)}>
            {texts.alerts.open}
          </button>
          <button type="button" aria-pressed={isAcknowledged} onClick={() => show(true)}>
            {texts.alerts.acknowledged}
          </button>
        </fieldset>
      </PageHead>
      <Card
        title={isAcknowledged ? texts.alerts.acknowledged : texts.alerts.open}
        isFlush
        aside={
          mayAcknowledge &&
          !isAcknowledged &&
          (query.data?.items.length ?? 0) > 0 && (
            <label className="small muted">
              <input
                type="checkbox"
                checked={query.data?.items.every(({ id }) => selected.has(id)) ?? false}
                onChange={(event) => choose(query.data?.items.map(({ id }) => id) ?? [], event.target.checked)}
              />{' '}
              {texts.alerts.selectAll}
            </label>
          )
        }
      >
        <Loaded query={query}>
          {({ items, total, isTotalExact, next }) =>
            items.length === 0 ? (
              <Empty title={isAcknowledged ? texts.alerts.emptyAcknowledged : texts.alerts.empty} />
            ) : (
              <>
                <AlertList
                  alerts={items}
                  {...(mayAcknowledge &&
                    !isAcknowledged && { selected, onSelect: (id, isSelected) => choose([id], isSelected) })}
                />
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
      <ExemptionList />
      {isAsking && (
        <AcknowledgeDialog
          ids={[...selected]}
          onClose={() => setIsAsking(false)}
          onDone={() => {
            setIsAsking(false);
            setSelected(new Set());
          }}
        />
      )}
    </>
  );
}
