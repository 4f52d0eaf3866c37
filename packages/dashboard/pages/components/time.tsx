import { useEffect, useState } from 'react';

const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** Units of time by their length in ms, longest first. */
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long ago, with the exact time for those who point at it. */
export function Time({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time className="nowrap" dateTime={new Date(at).toISOString()} title={formatTime(at)}>
      {formatAgo(at, now)}
    </time>
  );
}

/** `3 Jan 2026, 14:05:12`. */
export function formatTime(at: number): string {
  return absolute.format(at);
}

/** `14:05`, or `3 Jan` where days are shown. */
export function formatTick(at: number, spanMs: number): string {
  return spanMs > 2 * 86_400_000 ? day.format(at) : hour.format(at);
}

/** `5 min`, `3 h`, `2 days`. */
export function formatSpan(ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length) ?? (['minute', 60_000] as const);
  const count = Math.max(1, Math.floor(ms / length));
  return `${count} ${unit === 'minute' ? 'min' : unit === 'hour' ? 'h' : count === 1 ? 'day' : 'days'}`;
}

function formatAgo(at: number, now: number): string {
  const ms = at - now;
  for (const [unit, length] of UNITS) if (Math.abs(ms) >= length) return relative.format(Math.round(ms / length), unit);
  return relative.format(Math.min(0, Math.round(ms / 1_000)), 'second');
}

/** The time, looked at anew every ten seconds. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
