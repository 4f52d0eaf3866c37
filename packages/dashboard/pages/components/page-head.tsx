import type { ReactNode } from 'react';

/** Name of a page, what it is for, and what can be done on all of it. */
export function PageHead({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {children !== undefined && <div className="actions">{children}</div>}
      <p>{lead}</p>
    </div>
  );
}
