import type { HourlyStatistics } from '../api.js';

const HOUR_MS = 3_600_000;
/** The hours of a span, with those in which nothing happened, oldest first. */
export function everyHour(hours: readonly HourlyStatistics[], spanMs: number): readonly HourlyStatistics[] {
  const newest = Math.max(hourOf(Date.now()), hours.at(-1)?.at ?? 0);
  const oldest = hourOf(newest - spanMs);
  const known = new Map(hours.map((hour) => [hour.at, hour]));
  return Array.from({ length: (newest - oldest) / HOUR_MS + 1 }, (_, i) => {
    const at = oldest + i * HOUR_MS;
    return known.get(at) ?? { ...NOTHING, at };
  });
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

const NOTHING = {
  requests: 0,
  threats: 0,
  rejected: 0,
  meanScore: 0,
  levels: { low: 0, medium: 0, high: 0, critical: 0 },
  categories: {},
} as const;
