const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `12,345`, and `1.2M` where it is long. */
export function formatShort(count: number): string {
  return count < 100_000 ? whole.format(count) : compact.format(count);
}

/** `0.07`. */
export function formatScore(score: number): string {
  return score.toFixed(2);
}

/** `4.2%`. */
export function formatShare(part: number, all: number): string {
  return all === 0 ? '–' : share.format(part / all);
}

/** `850 µs`, `12 ms`, `3.4 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${whole.format(ms * 1_000)} µs`;
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : whole.format(ms)} ms`;
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** `512 B`, `1.2 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${whole.format(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A feature's value, as short as it can be said. */
export function formatValue(value: number): string {
  if (Number.isInteger(value)) return whole.format(value);
  return Math.abs(value) >= 1_000 ? whole.format(value) : String(Number(value.toPrecision(4)));
}
