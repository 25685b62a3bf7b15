import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { EditConflict } from '../../components/edit-conflict.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { Select } from '../../components/ui/select.js';
import { showToast } from '../../components/ui/toasts.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { useEditTicket } from './api/edit-ticket.js';
import styles from './form.module.css';
import { NumberField } from './number-field.js';
import { NumberProblem } from './number-problem.js';
import { changesOf, type TicketNames } from './ticket-edit.js';

type Ticket = Schema<'TicketView'>;

interface EditTicketDialogProps {
  readonly ticket: Ticket;
  readonly onClose: () => void;
}

/** Number and platform of a ticket. What somebody else saves meanwhile is shown, and nothing typed is lost. */
export function EditTicketDialog({ ticket, onClose }: EditTicketDialogProps) {
  const { t } = useTranslation(['tickets', 'common']);
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  const edit = useEditTicket();
  const undo = useUndoEdit();
  // The ticket goes on changing under the dialog; what is typed was meant for this one.
  const [base, setBase] = useState(ticket);
  const [number, setNumber] = useState(ticket.number);
  const [platform, setPlatform] = useState(ticket.platform);
  const [theirs, setTheirs] = useState<Ticket>();
  const navigate = useNavigate();
  const mine = { number: number.trim(), platform };
  const nameOf = (name: string): string => platforms.find((one) => one.name === name)?.pretty_name ?? name;
  const versionOf = (names: TicketNames) => (
    <>
      <span className="mono">{names.number}</span> · {nameOf(names.platform)}
    </>
  );

  const save = async (upon: Ticket): Promise<void> => {
    if (Object.keys(changesOf(upon, mine)).length === 0) {
      onClose();
      return;
    }
    const outcome = await edit.mutateAsync({ base: upon, mine });
    if (outcome.kind === 'conflict') {
      setTheirs(outcome.theirs);
      return;
    }
    onClose();
    if (outcome.ticket.number !== ticket.number) await navigate(ticketPath(outcome.ticket.number), { replace: true });
    showToast({
      text: t('edit_ticket.saved', { number: outcome.ticket.number }),
      onUndo: () => undo(outcome.ticket, upon),
    });
  };
  const saveUpon = (upon: Ticket): void => {
    setTheirs(undefined);
    setBase(upon);
    // The form says what went wrong.
    void save(upon).catch(() => undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!theirs) saveUpon(base);
  };
  const takeTheirs = (current: Ticket): void => {
    setBase(current);
    setNumber(current.number);
    setPlatform(current.platform);
    setTheirs(undefined);
  };
  return (
    <Dialog title={t('edit_ticket.title', { number: ticket.number })} isOpen onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <NumberField value={number} onChange={setNumber} />
        <Select
          label={t('fields.platform')}
          options={platforms.map(({ name, pretty_name }) => ({ id: name, text: pretty_name }))}
          value={platform}
          onChange={setPlatform}
        />
        <p className={styles.hint}>{t('edit_ticket.hint')}</p>
        {theirs && (
          <EditConflict
            title={t('edit_ticket.conflict')}
            theirs={versionOf(theirs)}
            mine={versionOf(mine)}
            onKeepMine={() => saveUpon(theirs)}
            onTakeTheirs={() => takeTheirs(theirs)}
          />
        )}
        {edit.error && <NumberProblem error={edit.error} number={mine.number} onLeave={onClose} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isPending={edit.isPending} isDisabled={theirs !== undefined}>
            {t('common:save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Gives a ticket back the names that it had. */
function useUndoEdit(): (saved: Ticket, former: TicketNames) => void {
  const { t } = useTranslation('tickets');
  const { mutateAsync } = useEditTicket();
  const navigate = useNavigate();
  const act = async (saved: Ticket, { number, platform }: TicketNames): Promise<void> => {
    const outcome = await mutateAsync({ base: saved, mine: { number, platform } }).catch(() => undefined);
    if (outcome?.kind !== 'saved') showToast({ text: t('toast.failed') });
    else if (window.location.pathname === ticketPath(saved.number))
      await navigate(ticketPath(number), { replace: true });
  };
  return (saved, former) => void act(saved, former);
}
