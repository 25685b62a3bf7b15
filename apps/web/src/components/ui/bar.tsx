import styles from './bar.module.css';

export interface BarProps {
  /** From 0 to 1. */
  readonly share: number;
  readonly status?: 'warning' | 'danger' | undefined;
}

/** The look of a share; a `Meter` or a `Progress` around it says what it is. */
export function Bar({ share, status }: BarProps) {
  return (
    <div className={styles.track}>
      <div
        className={`${styles.fill} ${status ? styles[status] : ''}`}
        style={{ inlineSize: `${Math.min(1, share) * 100}%` }}
      />
    </div>
  );
}
