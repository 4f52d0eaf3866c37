import { useQuery } from '@tanstack/react-query';
import { addressOf, ask } from '../api.js';
import { Card } from '../components/card.js';
import { PageHead } from '../components/page-head.js';
import { Loaded } from '../components/states.js';
import { TableScroll } from '../components/table-scroll.js';
import { texts } from '../texts.js';

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What programs can ask for. */
export default function Rest() {
  const query = useQuery({ queryKey: ['openapi'], queryFn: () => ask<OpenApi>('openapi.json'), staleTime: Infinity });
  return (
    <>
      <PageHead title={texts.pages.api} lead={texts.api.lead}>
        <a className="button" href={addressOf('openapi.json')}>
          {texts.api.document}
        </a>
      </PageHead>
      <Card title={texts.pages.api} isFlush>
        <Loaded query={query}>
          {({ paths }) => (
            <TableScroll label={texts.pages.api}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{texts.common.path}</th>
                    <th scope="col">{texts.common.details}</th>
                    <th scope="col">{texts.api.parameters}</th>
                    <th scope="col">{texts.api.right}</th>
                  </tr>
                </thead>
                <tbody>
                  {Object.entries(paths).flatMap(([path, operations]) =>
                    Object.entries(operations).map(([method, operation]) => (
                      <OperationRow key={`${method} ${path}`} method={method} path={path} operation={operation} />
                    )),
                  )}
                </tbody>
              </table>
            </TableScroll>
          )}
        </Loaded>
      </Card>
    </>
  );
}

function OperationRow({
  method,
  path,
  operation: { summary, description, parameters = [], requestBody },
}: {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}) {
  return (
    <tr>
      <td>
        <code className="break">
          <strong>{method.toUpperCase()}</strong> {path}
        </code>
      </td>
      <td>{summary}</td>
      <td className="small muted">
        {[...parameters.map(({ name }) => name), ...(requestBody === undefined ? [] : [texts.api.body])].join(', ')}
      </td>
      <td>
        <span className="tag">{description.replace(/^Needs the right to (\w+)\.$/, '$1')}</span>
      </td>
    </tr>
  );
}
