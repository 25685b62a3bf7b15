import type { ReactNode } from 'react';
import styles from './empty-state.module.css';
import { usePageTitle } from './use-page-title.js';

export interface EmptyStateProps {
  readonly title: string;
  /** 1 where this is all that the page has; the tab has its title, too. */
  readonly level?: 1 | 2;
  readonly children?: ReactNode;
}

/** Says why there is nothing here, and what to do next. */
export function EmptyState({ title, level = 2, children }: EmptyStateProps) {
  usePageTitle(level === 1 ? title : undefined);
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className={styles.empty}>
      <Heading className={styles.title}>{title}</Heading>
      {children}
    </div>
  );
}
