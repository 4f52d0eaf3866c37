import type { TopClient, TopRoute } from '../api.js';
import { formatCount, formatScore } from '../components/number-format.js';
import { Empty } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { Time } from '../components/time.js';
import { visible } from '../detail/visible.js';
import { linkTo } from '../location.js';
import { texts } from '../texts.js';

export function TopRoutes({ routes }: { readonly routes: readonly TopRoute[] }) {
  if (routes.length === 0) return <Empty />;
  return (
    <TableScroll label={texts.analytics.routes}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.common.route}</th>
            <th scope="col" className="end">
              {texts.common.threats}
            </th>
            <th scope="col" className="end">
              {texts.common.score}
            </th>
            <th scope="col">{texts.alerts.last}</th>
          </tr>
        </thead>
        <tbody>
          {routes.map(({ route, threats, worst, lastAt }) => (
            <tr key={route}>
              <td>
                <code className="break">{visible(route)}</code>
              </td>
              <td className="end">{formatCount(threats)}</td>
              <td className="end">{formatScore(worst)}</td>
              <td className="muted">
                <Time at={lastAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

export function TopClients({ clients }: { readonly clients: readonly TopClient[] }) {
  if (clients.length === 0) return <Empty title={texts.clients.noThreats} />;
  return (
    <TableScroll label={texts.analytics.clients}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.common.client}</th>
            <th scope="col">{texts.common.category}</th>
            <th scope="col" className="end">
              {texts.common.threats}
            </th>
            <th scope="col" className="end">
              {texts.common.score}
            </th>
            <th scope="col">{texts.alerts.last}</th>
          </tr>
        </thead>
        <tbody>
          {clients.map(({ key, categories, threats, worst, lastAt }) => (
            <tr key={key}>
              <td className="break">
                <a href={linkTo('clients', { key })}>{visible(key)}</a>
              </td>
              <td>
                <span className="actions">
                  {categories.slice(0, 3).map((category) => (
                    <span key={category} className="tag">
                      {category}
                    </span>
                  ))}
                </span>
              </td>
              <td className="end">{formatCount(threats)}</td>
              <td className="end">{formatScore(worst)}</td>
              <td className="muted">
                <Time at={lastAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
