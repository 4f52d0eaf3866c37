import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TopClients } from '../analytics/top.js';
import { ask, type Top } from '../api.js';
import { Card } from '../components/card.js';
import { PageHead } from '../components/page-head.js';
import { Loaded } from '../components/states.js';
import { goTo, useLocation } from '../location.js';
import { texts } from '../texts.js';
import { BanList } from './ban-list.js';
import { ClientView } from './client-view.js';

export default function Clients() {
  const { parameters } = useLocation();
  const key = parameters.get('key');
  if (key !== null) return <ClientView clientKey={key} tenant={parameters.get('tenant')} />;
  return <ClientOverview />;
}

function ClientOverview() {
  const [wanted, setWanted] = useState('');
  const top = useQuery({ queryKey: ['top', 'clients'], queryFn: () => ask<Top>('top') });
  return (
    <>
      <PageHead title={texts.pages.clients} lead={texts.clients.lead}>
        <form
          className="actions"
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted.trim() !== '') goTo('clients', { key: wanted.trim() });
          }}
        >
          <label className="field">
            <span className="visually-hidden">{texts.clients.find}</span>
            <input
              value={wanted}
              maxLength={1_024}
              placeholder={texts.clients.find}
              onChange={(event) => setWanted(event.target.value)}
            />
          </label>
          <button type="submit" className="button">
            {texts.clients.show}
          </button>
        </form>
      </PageHead>
      <div className="grid">
        <Card title={texts.clients.top} isFlush span="span-7">
          <Loaded query={top}>{({ clients }) => <TopClients clients={clients} />}</Loaded>
        </Card>
        <Card title={texts.clients.bans} isFlush span="span-5">
          <BanList />
        </Card>
      </div>
    </>
  );
}
