import { Meter as AriaMeter, Label } from 'react-aria-components';
import { Bar } from './bar.js';
import styles from './meter.module.css';

export interface MeterProps {
  /** What is measured; read out, and shown elsewhere. */
  readonly label: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly status?: 'warning' | 'danger' | undefined;
}

/** How much of something there is. What is under way has a `Progress`. */
export function Meter({ label, share, status }: MeterProps) {
  return (
    <AriaMeter value={share * 100} className={styles.meter ?? ''}>
      <Label className="visually-hidden">{label}</Label>
      <Bar share={share} status={status} />
    </AriaMeter>
  );
}
