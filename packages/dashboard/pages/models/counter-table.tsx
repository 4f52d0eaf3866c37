import type { Health } from '../api.js';
import { formatCount } from '../components/number-format.js';

/** Everything that the engine has counted since it was made. */
export function CounterTable({ counters }: { readonly counters: Health['counters'] }) {
  const rows = Object.entries(counters).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number'
      ? [[name, value]]
      : Object.entries(value).map(([part, count]) => [`${name}.${part}`, Number(count)]),
  );
  return (
    <dl className="counters">
      {rows.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="number">{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
