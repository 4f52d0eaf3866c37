import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { ask, type Session } from './api.js';
import { Failed } from './components/states.js';
import { ToastProvider } from './components/toast.js';
import { type PageName, useLocation } from './location.js';
import { Overview } from './overview/overview.js';
import { SessionContext } from './session.js';
import { Shell } from './shell.js';
import { texts } from './texts.js';

/** The pages; all but the first are fetched when they are looked at. */
const PAGES: Readonly<Record<PageName, React.ComponentType>> = {
  overview: Overview,
  analytics: lazy(() => import('./analytics/analytics.js')),
  logs: lazy(() => import('./logs/logs.js')),
  alerts: lazy(() => import('./alerts/alerts.js')),
  clients: lazy(() => import('./clients/clients.js')),
  models: lazy(() => import('./models/models.js')),
  'what-if': lazy(() => import('./what-if/what-if.js')),
  audit: lazy(() => import('./audit/audit.js')),
  api: lazy(() => import('./rest/rest.js')),
};

export function App() {
  const session = useQuery({ queryKey: ['session'], queryFn: () => ask<Session>('session'), staleTime: Infinity });
  const { page } = useLocation();
  const title = session.data?.title;
  useEffect(() => {
    if (title !== undefined) document.title = `${texts.pages[page]} · ${title}`;
  }, [title, page]);
  if (session.isError) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) {
    return (
      <p className="state" role="status">
        {texts.shell.loading}
      </p>
    );
  }
  const Page = PAGES[page];
  return (
    <SessionContext value={session.data}>
      <ToastProvider>
        <Shell page={page}>
          <Suspense fallback={<div className="skeleton block" />}>
            <Page />
          </Suspense>
        </Shell>
      </ToastProvider>
    </SessionContext>
  );
}
