import { formatCount } from '../components/number-format.js';

/** A rate with its interval, as manifests hold it. */
interface Rate {
  readonly hits: number;
  readonly n: number;
  readonly rate: number;
}

/** Deepest level of a manifest that is shown. */
const MAX_DEPTH = 4;

/** What a manifest says of its model, whatever it holds: numbers by name, rates with what they were counted on. */
export function MetricList({ metrics, depth = 0 }: { readonly metrics: unknown; readonly depth?: number }) {
  const entries = Object.entries(Object(metrics) as Record<string, unknown>);
  if (Array.isArray(metrics) || depth >= MAX_DEPTH) return <span className="muted">…</span>;
  return (
    <dl className="facts small">
      {entries.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd className="break">
            {isRate(value) ? (
              <span className="number">
                {(value.rate * 100).toFixed(value.rate < 0.01 ? 3 : 1)} % ({formatCount(value.hits)} /{' '}
                {formatCount(value.n)})
              </span>
            ) : typeof value === 'object' && value !== null ? (
              <MetricList metrics={value} depth={depth + 1} />
            ) : (
              String(value)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isRate(value: unknown): value is Rate {
  const { hits, n, rate } = Object(value) as Partial<Rate>;
  return [hits, n, rate].every((number) => typeof number === 'number');
}
