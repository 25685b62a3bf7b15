import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './badge.module.css';

const ICONS = { success: CircleCheck, warning: TriangleAlert, danger: CircleAlert, info: Info } as const;

export type Status = keyof typeof ICONS;

/** A state as colour, icon and word: colour alone tells some people nothing. */
export function Badge({ status, children }: { readonly status: Status; readonly children: ReactNode }) {
  const Icon = ICONS[status];
  return (
    <span className={`${styles.badge} ${styles[status]}`}>
      <Icon aria-hidden />
      <span>{children}</span>
    </span>
  );
}

/** A message in the page about what happened and what to do. */
export function Notice({
  status,
  title,
  children,
}: {
  readonly status: Status;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const Icon = ICONS[status];
  return (
    <section className={`${styles.notice} ${styles[status]}`} role={status === 'danger' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <div className={styles.text}>
        <strong>{title}</strong>
        {children}
      </div>
    </section>
  );
}
