import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addressOf } from './api.js';

/** How the live view is: events arrive, it connects, or the browser has given up. */
export type LiveState = 'live' | 'connecting' | 'off';

/** What each event makes old. */
const OLD_AFTER: Readonly<Record<string, readonly string[]>> = {
  alert: ['alerts', 'stats', 'hourly', 'scores', 'top', 'client'],
  assessment: ['stats', 'logs', 'scores', 'top', 'client'],
  acknowledged: ['alerts'],
  banned: ['bans', 'client'],
  unbanned: ['bans', 'client'],
  settings: ['settings', 'health', 'what-if'],
  gap: ['alerts', 'stats', 'hourly', 'logs', 'scores', 'top', 'client', 'bans'],
};

/** Sums and samples, which cost the app more than a page of rows, and which one alert more or less hardly changes. */
const SLOW = new Set(['stats', 'hourly', 'scores', 'top', 'client']);

/** Shortest times between two refreshes, in ms: under an attack events come faster than anybody reads. */
const REFRESH_MS = 1_000;
const SLOW_REFRESH_MS = 10_000;

/** Listens to what happens and refreshes what is shown. */
export function useLive(): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const source = new EventSource(addressOf('events'));
    const waiting = new Map<string, number>();
    const refreshSoon = (name: string): void => {
      if (waiting.has(name)) return;
      const refresh = (): void => {
        waiting.delete(name);
        void queries.invalidateQueries({ queryKey: [name] });
      };
      waiting.set(name, window.setTimeout(refresh, SLOW.has(name) ? SLOW_REFRESH_MS : REFRESH_MS));
    };
    for (const [event, names] of Object.entries(OLD_AFTER)) {
      source.addEventListener(event, () => {
        for (const name of names) refreshSoon(name);
      });
    }
    source.addEventListener('open', () => setState('live'));
    source.addEventListener('error', () => setState(source.readyState === EventSource.CLOSED ? 'off' : 'connecting'));
    return () => {
      for (const timer of waiting.values()) window.clearTimeout(timer);
      source.close();
    };
  }, [queries]);
  return state;
}
