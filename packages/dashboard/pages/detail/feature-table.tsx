import type { NamedFeature } from '@api-security/core';
import { formatValue } from '../components/number-format.js';
import { TableScroll } from '../components/table-scroll.js';
import { texts } from '../texts.js';

/** Named numbers: those furthest from normal first, then in the order of their schema. */
export function FeatureTable({
  features,
  unusual,
  label,
}: {
  readonly features: readonly NamedFeature[];
  readonly unusual: readonly string[];
  readonly label: string;
}) {
  const rank = (name: string): number => (unusual.includes(name) ? unusual.indexOf(name) : unusual.length);
  const sorted = features.toSorted((a, b) => rank(a.name) - rank(b.name));
  return (
    <TableScroll label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.detail.name}</th>
            <th scope="col" className="end">
              {texts.detail.value}
            </th>
            <th scope="col">{texts.detail.unit}</th>
            <th scope="col">{texts.detail.observed}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ name, value, unit, observed }) => (
            <tr key={name}>
              <td>
                {name} {unusual.includes(name) && <span className="badge high">{texts.detail.unusual}</span>}
              </td>
              <td className="end">{observed ? formatValue(value) : '–'}</td>
              <td className="muted">{unit}</td>
              <td className="muted">{observed ? texts.detail.isObserved : texts.detail.notObserved}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
