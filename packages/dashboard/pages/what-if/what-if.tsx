import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Assessment, ask, type Mode, type Settings, type Thresholds, type WhatIf } from '../api.js';
import { Card } from '../components/card.js';
import { Dialog } from '../components/dialog.js';
import { formatCount } from '../components/number-format.js';
import { PageHead } from '../components/page-head.js';
import { SPANS, SpanChoice, type SpanName } from '../components/span-choice.js';
import { Empty, Loaded } from '../components/states.js';
import { RequestDetail } from '../detail/request-detail.js';
import { DEFAULT_COLUMNS } from '../logs/columns.js';
import { LogTable } from '../logs/log-table.js';
import { useRight } from '../session.js';
import { texts } from '../texts.js';
import { ApplyDialog } from './apply-dialog.js';
import { ChangeTable } from './change-table.js';
import { ThresholdSliders } from './threshold-sliders.js';

const MODES: readonly Mode[] = ['monitor', 'block', 'off'];
const MINUTE_MS = 60_000;

export default function WhatIfPage() {
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => ask<Settings>('settings') });
  return (
    <>
      <PageHead title={texts.pages['what-if']} lead={texts.whatIf.lead} />
      <Loaded query={settings}>{(held) => <Trial key={held.version} settings={held} />}</Loaded>
    </>
  );
}

/** Other thresholds than those that hold, and what they would do. */
function Trial({ settings }: { readonly settings: Settings }) {
  const mayConfigure = useRight('configure');
  const [tried, setTried] = useState<Thresholds>(settings.thresholds);
  const [span, setSpan] = useState<SpanName>('day');
  const [applied, setApplied] = useState<{ mode?: Mode | null; thresholds?: Thresholds | null } | null>(null);
  const [shown, setShown] = useState<Assessment | null>(null);
  const isOrdered = tried.medium < tried.high && tried.high < tried.critical;
  const from = Math.floor((Date.now() - SPANS[span]) / MINUTE_MS) * MINUTE_MS;
  const query = useQuery({
    queryKey: ['what-if', tried, span],
    queryFn: () => ask<WhatIf>('what-if', { ...tried, from }),
    placeholderData: keepPreviousData,
    enabled: isOrdered,
  });
  return (
    <>
      <div className="grid">
        <Card title={texts.whatIf.thresholds} span="span-5" aside={<SpanChoice span={span} onChange={setSpan} />}>
          <ThresholdSliders thresholds={tried} onChange={setTried} />
          {!isOrdered && (
            <p className="callout error" role="alert">
              {texts.whatIf.order}
            </p>
          )}
          <div className="actions">
            <button type="button" className="button" onClick={() => setTried(settings.thresholds)}>
              {texts.whatIf.asNow}
            </button>
            {mayConfigure && (
              <>
                <button
                  type="button"
                  className="button primary"
                  disabled={!isOrdered}
                  onClick={() => setApplied({ thresholds: tried })}
                >
                  {texts.whatIf.apply}
                </button>
                <button type="button" className="button" onClick={() => setApplied({ thresholds: null })}>
                  {texts.whatIf.reset}
                </button>
              </>
            )}
          </div>
          <p className="muted small">
            {texts.whatIf.usual(Object.values(settings.usual.thresholds).join(' / '))}
            {settings.by !== null && `, ${texts.whatIf.changed(settings.by)}`}
          </p>
        </Card>
        <Card title={texts.whatIf.changes} span="span-7" isFlush>
          <Loaded query={query}>{(result) => <ChangeTable result={result} span={texts.spans[span]} />}</Loaded>
        </Card>
        {mayConfigure && (
          <Card title={texts.whatIf.mode}>
            <div className="actions">
              <fieldset className="segmented" aria-label={texts.whatIf.mode}>
                {MODES.map((mode) => (
                  <button
                    key={mode}
                    type="button"
                    aria-pressed={mode === settings.mode}
                    onClick={() => setApplied({ mode })}
                  >
                    {texts.modeNames[mode]}
                  </button>
                ))}
              </fieldset>
              <span className="muted">{texts.modes[settings.mode]}</span>
            </div>
          </Card>
        )}
        <Card title={texts.whatIf.examples} isFlush>
          <Loaded query={query}>
            {({ examples }) =>
              examples.length === 0 ? (
                <Empty title={texts.whatIf.noChange} />
              ) : (
                <LogTable items={examples} columns={DEFAULT_COLUMNS} onOpen={setShown} />
              )
            }
          </Loaded>
        </Card>
      </div>
      {applied !== null && <ApplyDialog change={applied} onClose={() => setApplied(null)} />}
      {shown !== null && (
        <Dialog kind="drawer" title={texts.detail.title} onClose={() => setShown(null)}>
          <RequestDetail assessment={shown} />
        </Dialog>
      )}
      <span className="visually-hidden" role="status">
        {query.data && formatCount(query.data.looked)}
      </span>
    </>
  );
}
