import type { Assessment } from '../api.js';
import { TableScroll } from '../components/table-scroll.js';
import { visible } from '../detail/visible.js';
import { texts } from '../texts.js';
import { type ColumnName, columnOf } from './columns.js';

/** Requests in rows; what they asked for is always shown, and leads to all that is known of them. */
export function LogTable({
  items,
  columns,
  onOpen,
}: {
  readonly items: readonly Assessment[];
  readonly columns: readonly ColumnName[];
  readonly onOpen: (assessment: Assessment) => void;
}) {
  const shown = columns.map((name) => ({ name, ...columnOf(name) }));
  return (
    <TableScroll label={texts.common.requests}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.detail.title}</th>
            {shown.map(({ name, title, isEnd }) => (
              <th key={name} scope="col" className={isEnd ? 'end' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((assessment) => (
            <tr key={assessment.id} className="selectable">
              <td>
                <button type="button" className="row-button" onClick={() => onOpen(assessment)}>
                  <code className="path">
                    {visible(assessment.request.method)} {visible(assessment.request.path) || assessment.subject}
                  </code>
                </button>
              </td>
              {shown.map(({ name, isEnd, cell }) => (
                <td key={name} className={isEnd ? 'end' : ''}>
                  {cell(assessment)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
