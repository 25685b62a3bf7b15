import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { formatBytes } from '../../lib/format.js';
import styles from './desk.module.css';

export interface DiscardQuestionProps {
  readonly name: string;
  /** What would have to travel again. */
  readonly sentBytes: number;
  readonly onDiscard: () => void;
  readonly onKeep: () => void;
}

/** Asked in place, before bytes that have arrived are thrown away; Escape keeps them. */
export function DiscardQuestion({ name, sentBytes, onDiscard, onKeep }: DiscardQuestionProps) {
  const { t, i18n } = useTranslation('upload');
  return (
    <div
      className={styles.question}
      role="alertdialog"
      aria-label={t('row.discard_label', { name })}
      onKeyDown={({ key }) => key === 'Escape' && onKeep()}
    >
      <span>{t('row.discard_question', { size: formatBytes(sentBytes, i18n.language) })}</span>
      <Button variant="danger" onPress={onDiscard}>
        {t('row.discard')}
      </Button>
      <Button autoFocus onPress={onKeep}>
        {t('row.keep')}
      </Button>
    </div>
  );
}
