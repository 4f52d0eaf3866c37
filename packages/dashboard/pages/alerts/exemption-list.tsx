import { useQuery } from '@tanstack/react-query';
import { ask, type Exemption, type Settings, send } from '../api.js';
import { Card } from '../components/card.js';
import { Empty, Loaded } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { Time } from '../components/time.js';
import { useToast } from '../components/toast.js';
import { visible } from '../detail/visible.js';
import { useRight, useSession } from '../session.js';
import { texts } from '../texts.js';
import { useChange } from '../use-change.js';

/** What people have said is no attack, and a way to take it back. */
export function ExemptionList() {
  const session = useSession();
  const toast = useToast();
  const mayLabel = useRight('label');
  const query = useQuery({ queryKey: ['settings'], queryFn: () => ask<Settings>('settings') });
  const undo = useChange(
    (id: string) => send<Exemption>(session, 'DELETE', `exemptions/${encodeURIComponent(id)}`),
    ['settings'],
    () => toast({ text: texts.exemption.undone }),
  );
  return (
    <Card title={texts.exemption.list} isFlush>
      <Loaded query={query} isBlock={false}>
        {({ exemptions }) =>
          exemptions.length === 0 ? (
            <Empty title={texts.exemption.empty} />
          ) : (
            <TableScroll label={texts.exemption.list}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{texts.common.route}</th>
                    <th scope="col">{texts.exemption.field}</th>
                    <th scope="col">{texts.common.category}</th>
                    <th scope="col">{texts.exemption.expiry}</th>
                    <th scope="col">{texts.common.by}</th>
                    <th scope="col">{texts.common.note}</th>
                    <th scope="col">
                      <span className="visually-hidden">{texts.common.undo}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {exemptions.map(({ id, route, field, category, expiresAt, by, note }) => (
                    <tr key={id}>
                      <td className="mono break">{visible(route)}</td>
                      <td className="mono break">
                        {field === undefined ? texts.exemption.everyField : visible(field)}
                      </td>
                      <td>{category ?? texts.exemption.everyCategory}</td>
                      <td>{expiresAt === undefined ? '–' : <Time at={expiresAt} />}</td>
                      <td>{visible(by)}</td>
                      <td className="break">{visible(note)}</td>
                      <td className="end">
                        {mayLabel && (
                          <button
                            type="button"
                            className="button"
                            disabled={undo.isPending}
                            onClick={() => undo.mutate(id)}
                          >
                            {texts.common.undo}
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </TableScroll>
          )
        }
      </Loaded>
    </Card>
  );
}
