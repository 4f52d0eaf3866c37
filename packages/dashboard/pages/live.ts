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

/** Shortest time between two refreshes, in ms: under an attack events come faster than anybody reads. */
const REFRESH_MS = 1_000;

/** Listens to what happens and refreshes what is shown. */
export function useLive(): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const source = new EventSource(addressOf('events'));
    const old = new Set<string>();
    let timer: number | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const name of old) void queries.invalidateQueries({ queryKey: [name] });
      old.clear();
    };
    for (const [event, names] of Object.entries(OLD_AFTER)) {
      source.addEventListener(event, () => {
        for (const name of names) old.add(name);
        timer ??= window.setTimeout(refresh, REFRESH_MS);
      });
    }
    source.addEventListener('open', () => setState('live'));
    source.addEventListener('error', () => setState(source.readyState === EventSource.CLOSED ? 'off' : 'connecting'));
    return () => {
      window.clearTimeout(timer);
      source.close();
    };
  }, [queries]);
  return state;
}
