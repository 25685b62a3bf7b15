import { Label, ProgressBar } from 'react-aria-components';
import { Bar } from './bar.js';
import styles from './progress.module.css';

/** How much is done, from 0 to 1; the label is read out, and shown elsewhere. */
export function Progress({ label, share }: { readonly label: string; readonly share: number }) {
  return (
    <ProgressBar value={share * 100} className={styles.progress ?? ''}>
      <Label className="visually-hidden">{label}</Label>
      <Bar share={share} />
    </ProgressBar>
  );
}
