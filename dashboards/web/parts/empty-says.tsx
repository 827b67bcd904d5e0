import type { ReactNode } from 'react';

/** An empty list: why it is empty, and what to do. */
export const EmptySays = ({ title, says, children }: { title: string; says: string; children?: ReactNode }) => (
  <div className="empty" role="status">
    <strong>{title}</strong>
    <p>{says}</p>
    {children}
  </div>
);
