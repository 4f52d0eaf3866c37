import { useQuery } from '@tanstack/react-query';
import {
  Bell,
  Boxes,
  Braces,
  ChartNoAxesCombined,
  FlaskConical,
  History,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Users,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { type Alert, ask, type Page } from './api.js';
import { formatShort } from './components/number-format.js';
import { type LiveState, useLive } from './live.js';
import { linkTo, PAGES, type PageName } from './location.js';
import { useSession } from './session.js';
import { StatusBar } from './status-bar.js';
import { texts } from './texts.js';
import { THEMES, type Theme, useTheme } from './theme.js';

const ICONS: Readonly<Record<PageName, LucideIcon>> = {
  overview: LayoutDashboard,
  analytics: ChartNoAxesCombined,
  logs: ScrollText,
  alerts: Bell,
  clients: Users,
  models: Boxes,
  'what-if': FlaskConical,
  audit: History,
  api: Braces,
};

const LIVE_TEXTS: Readonly<Record<LiveState, string>> = {
  live: texts.shell.live,
  connecting: texts.shell.connecting,
  off: texts.shell.liveOff,
};

const THEME_TEXTS: Readonly<Record<Theme, string>> = {
  system: texts.shell.system,
  light: texts.shell.light,
  dark: texts.shell.dark,
};

/** What is around every page: where one can go, how the engine is, who looks. */
export function Shell({ page, children }: { readonly page: PageName; readonly children: ReactNode }) {
  const { actor, can, title } = useSession();
  const live = useLive();
  const [theme, setTheme] = useTheme();
  const alerts = useQuery({
    queryKey: ['alerts', 'open'],
    queryFn: () => ask<Page<Alert>>('alerts', { limit: 1 }),
  });
  const open = alerts.data?.total ?? 0;
  return (
    <div className="shell">
      <header className="sidebar">
        <button type="button" className="skip" onClick={focusMain}>
          {texts.shell.skip}
        </button>
        <div className="brand">
          <img src="./icon.svg" alt="" />
          {title}
        </div>
        <nav className="navigation" aria-label={texts.shell.navigation}>
          {PAGES.map((name) => {
            const Icon = ICONS[name];
            return (
              <a key={name} href={linkTo(name)} aria-current={name === page ? 'page' : undefined}>
                <Icon size={17} aria-hidden="true" />
                {texts.pages[name]}
                {name === 'alerts' && open > 0 && <span className="count">{formatShort(open)}</span>}
              </a>
            );
          })}
        </nav>
        <div className="sidebar-foot">
          <span className="live" role="status">
            <span className={`dot ${live}`} />
            {LIVE_TEXTS[live]}
          </span>
          <label className="field">
            <span>{texts.shell.theme}</span>
            <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
              {THEMES.map((name) => (
                <option key={name} value={name}>
                  {THEME_TEXTS[name]}
                </option>
              ))}
            </select>
          </label>
          <span className="muted break">
            {texts.shell.loggedInAs(actor)}
            {can.length === 1 && ` (${texts.shell.readOnly})`}
          </span>
        </div>
      </header>
      <main className="main" id="main" tabIndex={-1}>
        <StatusBar />
        {children}
      </main>
    </div>
  );
}

/** The fragment says which page it is, so that it cannot say where on it. */
function focusMain(): void {
  document.getElementById('main')?.focus();
}
