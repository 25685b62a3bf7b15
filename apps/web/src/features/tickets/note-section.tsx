import type { Schema } from '@logs-collector/api-client/client';
import { type FocusEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge, type Status } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { TextField } from '../../components/ui/text-field.js';
import { Tip } from '../../components/ui/tip.js';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { NoteConflict } from './note-conflict.js';
import type { NoteStatus } from './note-keeper.js';
import styles from './note-section.module.css';
import { useNote } from './use-note.js';

const NoteMarkdown = lazy(() => import('./note-markdown.js').then((module) => ({ default: module.NoteMarkdown })));

const ROWS = 10;

interface NoteSectionProps {
  readonly ticket: Schema<'TicketView'>;
  readonly mayEdit: boolean;
}

/** A textarea that gets the focus has the caret before all that was written. */
function goOnAtTheEnd({ target }: FocusEvent): void {
  if (target instanceof HTMLTextAreaElement && target.selectionEnd === 0) {
    target.setSelectionRange(target.value.length, target.value.length);
  }
}

/** The note of a case: read as text, edited in place, saved as one types. */
export function NoteSection({ ticket, mayEdit }: NoteSectionProps) {
  const { t } = useTranslation('tickets');
  const { keeper, state } = useNote(ticket);
  const [isOpen, setOpen] = useState(() => keeper.isUnsaved);
  // A conflict is decided in the editor, and what is not saved is not hidden.
  const isEditing = mayEdit && (isOpen || state.status !== 'saved');
  useShortcuts({ ...(mayEdit && !isEditing && { e: () => setOpen(true) }) });
  const done = (): void => {
    keeper.flush();
    setOpen(false);
  };
  const actions = mayEdit && (
    <>
      {isEditing && <SaveState status={state.status} />}
      {isEditing ? (
        <Button onPress={done}>{t('note.done')}</Button>
      ) : (
        <Tip text={t('note.write')} shortcut="e">
          <Button onPress={() => setOpen(true)} aria-keyshortcuts="e">
            {t('edit')}
          </Button>
        </Tip>
      )}
    </>
  );
  return (
    <Section title={t('fields.note')} actions={actions}>
      {isEditing ? (
        <>
          <TextField
            label={t('fields.note')}
            isLabelHidden
            value={state.text}
            onChange={(text) => keeper.type(text)}
            onBlur={() => keeper.flush()}
            rows={ROWS}
            maxLength={100_000}
            isMono
            autoFocus
            onFocus={goOnAtTheEnd}
            description={t('note.hint')}
          />
          {state.theirs && (
            <NoteConflict
              theirs={state.theirs.note}
              mine={state.text}
              onKeepMine={() => keeper.keepMine()}
              onTakeTheirs={() => keeper.takeTheirs()}
            />
          )}
        </>
      ) : state.text === '' ? (
        <p className={styles.none}>{t('note.none')}</p>
      ) : (
        <Suspense fallback={<Skeleton />}>
          <NoteMarkdown text={state.text} />
        </Suspense>
      )}
    </Section>
  );
}

const LOOKS: Readonly<Record<NoteStatus, Status>> = {
  saved: 'success',
  typing: 'info',
  saving: 'info',
  failed: 'warning',
  login: 'danger',
  refused: 'danger',
  conflict: 'warning',
};

function SaveState({ status }: { readonly status: NoteStatus }) {
  const { t } = useTranslation('tickets');
  return (
    <span role="status" className={styles.state}>
      <Badge status={LOOKS[status]}>{t(`note.${status}`)}</Badge>
    </span>
  );
}
