import { useTranslation } from 'react-i18next';
import styles from './skeleton.module.css';

/** Grey lines where text will stand, so that nothing jumps when it comes. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.skeleton} aria-busy="true">
      <span className="visually-hidden">{t('loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without content have no other name
        <div key={line} className={styles.line} />
      ))}
    </div>
  );
}
