import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Alert, type Exemption, type ExemptionPreview, send } from '../api.js';
import { Dialog } from '../components/dialog.js';
import { LevelBadge } from '../components/level-badge.js';
import { formatCount } from '../components/number-format.js';
import { Loaded } from '../components/states.js';
import { Time } from '../components/time.js';
import { useToast } from '../components/toast.js';
import { visible } from '../detail/visible.js';
import { useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

const DAY_MS = 86_400_000;
const DAYS = [1, 7, 30, 90, 365] as const;

/** Proposes the narrowest exemption for what an alert shows, and what else it would let through, before anything is exempted. */
export function ExemptionDialog({
  alert,
  onClose,
  onDone,
}: {
  readonly alert: Alert;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const session = useSession();
  const toast = useToast();
  const { assessment } = alert;
  const { evidence, request } = assessment;
  const places = [...new Set(evidence.map(({ place }) => place))];
  const categories = [...new Set(evidence.map(({ category }) => category))];
  const [field, setField] = useState(places[0] ?? '');
  const [category, setCategory] = useState<string>(categories[0] ?? '');
  const [days, setDays] = useState(30);
  const [note, setNote] = useState('');
  const scope = {
    route: `${request.method} ${request.route}`,
    ...(field !== '' && { field }),
    ...(category !== '' && { category }),
  };
  const tenant = assessment.tenant === null ? {} : { tenant: assessment.tenant };
  const preview = useQuery({
    queryKey: ['exemption-preview', scope, tenant],
    queryFn: () => send<ExemptionPreview>(session, 'POST', 'exemptions/preview', { ...scope, ...tenant }),
  });
  const undo = useChange(
    (id: string) => send<Exemption>(session, 'DELETE', `exemptions/${encodeURIComponent(id)}`),
    ['settings'],
    () => toast({ text: texts.exemption.undone }),
  );
  const exempt = useChange(
    () => {
      const body = { ...scope, ...tenant, expiresAt: Date.now() + days * DAY_MS, note, alertId: alert.id };
      return send<Exemption>(session, 'POST', 'exemptions', body);
    },
    ['alerts', 'settings'],
    ({ id }) => {
      toast({ text: texts.exemption.done, undo: () => undo.mutate(id) });
      onDone();
    },
  );
  return (
    <Dialog title={texts.exemption.title} onClose={onClose}>
      <p className="muted">{texts.exemption.lead}</p>
      <dl className="facts">
        <dt>{texts.common.route}</dt>
        <dd>
          <code className="break">{visible(scope.route)}</code>
        </dd>
      </dl>
      <div className="filters">
        <label className="field">
          {texts.exemption.field}
          <select value={field} onChange={(event) => setField(event.target.value)}>
            {places.map((place) => (
              <option key={place} value={place}>
                {visible(place)}
              </option>
            ))}
            <option value="">{texts.exemption.everyField}</option>
          </select>
        </label>
        <label className="field">
          {texts.common.category}
          <select value={category} onChange={(event) => setCategory(event.target.value)}>
            {categories.map((name) => (
              <option key={name}>{name}</option>
            ))}
            <option value="">{texts.exemption.everyCategory}</option>
          </select>
        </label>
        <label className="field">
          {texts.exemption.expiry}
          <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {texts.exemption.days(count)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <section className="section">
        <h3>{texts.exemption.preview}</h3>
        <Loaded query={preview} isBlock={false}>
          {(seen) => <Preview preview={seen} />}
        </Loaded>
      </section>
      <form
        className="section"
        onSubmit={(event) => {
          event.preventDefault();
          exempt.mutate(undefined);
        }}
      >
        <label className="field">
          {texts.common.note}
          <textarea value={note} maxLength={4_096} onChange={(event) => setNote(event.target.value)} />
        </label>
        {exempt.isError && (
          <p className="callout error" role="alert">
            {exempt.error.message}
          </p>
        )}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={exempt.isPending}>
            {texts.exemption.apply}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Preview({
  preview: { looked, isAll, matched, letThrough, examples },
}: {
  readonly preview: ExemptionPreview;
}) {
  return (
    <>
      <p>{isAll ? texts.exemption.lookedAll(formatCount(looked)) : texts.exemption.looked(formatCount(looked))}</p>
      <dl className="facts">
        <dt className="number">{formatCount(matched)}</dt>
        <dd>{texts.exemption.matched}</dd>
        <dt className="number">{formatCount(letThrough)}</dt>
        <dd>{texts.exemption.letThrough}</dd>
      </dl>
      <ul className="section">
        {examples.map(({ id, at, level, request, client, evidence }) => (
          <li key={id} className="small">
            <LevelBadge level={level} /> <Time at={at} /> <span className="muted">{visible(client.key)}</span>
            <code className="path">{visible(evidence[0]?.decoded ?? request.path)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
