import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { diffLines } from './line-diff.js';
import styles from './note-section.module.css';

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;

interface NoteConflictProps {
  readonly theirs: string;
  readonly mine: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Two have written at once: shows in what they differ, and lets the person decide. */
export function NoteConflict({ theirs, mine, onKeepMine, onTakeTheirs }: NoteConflictProps) {
  const { t } = useTranslation('tickets');
  return (
    <Notice status="warning" title={t('note.conflict')}>
      <p>{t('note.conflict_text')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section className={styles.diff} tabIndex={0} aria-label={t('note.conflict_diff')}>
        {diffLines(theirs, mine).map(({ kind, text }, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's place is its name
          <span key={line} className={styles[kind]}>
            {`${SIGNS[kind]} ${text}\n`}
          </span>
        ))}
      </section>
      <div className={styles.choices}>
        <Button variant="primary" onPress={onKeepMine}>
          {t('note.conflict_mine')}
        </Button>
        <Button onPress={onTakeTheirs}>{t('note.conflict_theirs')}</Button>
      </div>
    </Notice>
  );
}
