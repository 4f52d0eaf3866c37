import type { ReactElement } from 'react';
import { ResponsiveContainer } from 'recharts';

/** A chart, with what it shows in words for those who do not see it. */
export function Figure({
  label,
  isTall = false,
  children,
}: {
  readonly label: string;
  readonly isTall?: boolean;
  readonly children: ReactElement;
}) {
  return (
    <figure className={`chart ${isTall ? 'tall' : ''}`} role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 400, height: 240 }}>
        {children}
      </ResponsiveContainer>
    </figure>
  );
}
