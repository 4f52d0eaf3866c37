import { type ReactNode, useId } from 'react';

/** A part of a page, with its name. */
export function Card({
  title,
  hint,
  aside,
  isFlush = false,
  span = '',
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly aside?: ReactNode;
  /** Whether its content reaches the edges: tables and lists. */
  readonly isFlush?: boolean;
  /** Columns of the grid that it takes on a wide screen, e.g. `span-6`. */
  readonly span?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`card ${isFlush ? 'flush' : ''} ${span}`} aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {hint !== undefined && <span className="muted small">{hint}</span>}
        {aside}
      </div>
      {children}
    </section>
  );
}
