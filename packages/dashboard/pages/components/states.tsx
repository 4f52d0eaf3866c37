import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { texts } from '../texts.js';

/** What a query has brought, or the state that it is in. What is shown stays while it is asked for again. */
export function Loaded<Data>({
  query,
  isBlock = true,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  /** Whether room for a chart or a table is kept while it loads. */
  readonly isBlock?: boolean;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div role="status">
      <span className="visually-hidden">{texts.states.loading}</span>
      <div className={`skeleton ${isBlock ? 'block' : 'line'}`} />
    </div>
  );
}

export function Empty({ title = texts.states.empty, hint }: { readonly title?: string; readonly hint?: string }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      {hint !== undefined && <span>{hint}</span>}
    </div>
  );
}

export function Failed({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <div className="state" role="alert">
      <strong>{texts.states.failed}</strong>
      <span>{error.message}</span>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          {texts.states.retry}
        </button>
      )}
    </div>
  );
}
