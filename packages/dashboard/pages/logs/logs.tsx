import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Assessment, addressOf, ask, type Page } from '../api.js';
import { Card } from '../components/card.js';
import { Dialog } from '../components/dialog.js';
import { PageHead } from '../components/page-head.js';
import { Pager } from '../components/pager.js';
import { Empty, Loaded } from '../components/states.js';
import { RequestDetail } from '../detail/request-detail.js';
import { goTo, useLocation } from '../location.js';
import { texts } from '../texts.js';
import { COLUMNS, type ColumnName, DEFAULT_COLUMNS } from './columns.js';
import { FILTERS, LogFilters, type LogFilterValues } from './log-filters.js';
import { LogTable } from './log-table.js';

const LIMIT = 25;
/** On a phone the filters would be all that is seen. */
const isWide = window.matchMedia('(min-width: 820px)').matches;

export default function Logs() {
  const { parameters } = useLocation();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, parameters.get(name) ?? ''])) as LogFilterValues;
  const [columns, setColumns] = useState<readonly ColumnName[]>(DEFAULT_COLUMNS);
  const [shown, setShown] = useState<Assessment | null>(null);
  return (
    <>
      <PageHead title={texts.pages.logs} lead={texts.logs.lead}>
        <ColumnChoice columns={columns} onChange={setColumns} />
        <a className="button" href={addressOf('logs.csv', asked(filters))} download>
          {texts.logs.csv}
        </a>
      </PageHead>
      <details className="card" open={isWide || Object.values(filters).some(Boolean)}>
        <summary>{texts.logs.filter}</summary>
        <LogFilters key={JSON.stringify(filters)} values={filters} onChange={(values) => goTo('logs', { ...values })} />
      </details>
      <LogPages key={`pages ${JSON.stringify(filters)}`} filters={filters} columns={columns} onOpen={setShown} />
      {shown !== null && (
        <Dialog kind="drawer" title={texts.detail.title} onClose={() => setShown(null)}>
          <RequestDetail assessment={shown} />
        </Dialog>
      )}
    </>
  );
}

/** The rows of one set of filters, page by page. */
function LogPages({
  filters,
  columns,
  onOpen,
}: {
  readonly filters: LogFilterValues;
  readonly columns: readonly ColumnName[];
  readonly onOpen: (assessment: Assessment) => void;
}) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const parameters = { ...asked(filters), limit: LIMIT, cursor: cursors.at(-1) };
  const query = useQuery({
    queryKey: ['logs', parameters],
    queryFn: () => ask<Page<Assessment>>('logs', parameters),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title={texts.common.requests} isFlush>
      <Loaded query={query}>
        {({ items, total, isTotalExact, next }) =>
          items.length === 0 ? (
            <Empty title={texts.logs.empty} hint={texts.logs.emptyHint} />
          ) : (
            <>
              <LogTable items={items} columns={columns} onOpen={onOpen} />
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
  );
}

function ColumnChoice({
  columns,
  onChange,
}: {
  readonly columns: readonly ColumnName[];
  readonly onChange: (columns: readonly ColumnName[]) => void;
}) {
  const names = Object.keys(COLUMNS) as ColumnName[];
  return (
    <details className="menu">
      <summary className="button">{texts.logs.columns}</summary>
      <fieldset className="menu-items" aria-label={texts.logs.columns}>
        {names.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={columns.includes(name)}
              onChange={(event) =>
                onChange(names.filter((one) => (one === name ? event.target.checked : columns.includes(one))))
              }
            />
            {COLUMNS[name].title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

/** Filters as the server takes them: times of the page are local. */
function asked({ from, to, ...rest }: LogFilterValues): Record<string, string> {
  return { ...rest, from: asTime(from), to: asTime(to) };
}

function asTime(local: string): string {
  const at = new Date(local).getTime();
  return Number.isNaN(at) ? '' : String(at);
}
