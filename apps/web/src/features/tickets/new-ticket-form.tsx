import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Select } from '../../components/ui/select.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { TextField } from '../../components/ui/text-field.js';
import { copyText } from '../../lib/clipboard.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { storeChoice, storedChoice } from '../../lib/stored-choice.js';
import { type MadeTicket, useCreateTicket } from './api/create-ticket.js';
import { FirstPlatform } from './first-platform.js';
import styles from './form.module.css';
import { LifetimeSelect } from './lifetime-select.js';
import { NumberField } from './number-field.js';
import { NumberProblem } from './number-problem.js';
import { expiryIn } from './upload-tokens.js';

export interface MadeLink extends MadeTicket {
  /** Whether the link is in the clipboard already. */
  readonly isCopied: boolean;
}

interface NewTicketFormProps {
  readonly onMade: (made: MadeLink) => void;
  readonly onLeave: () => void;
}

/** Number and platform are enough; Enter makes the ticket and puts its link into the clipboard. */
export function NewTicketForm(props: NewTicketFormProps) {
  const platforms = useQuery(platformChoicesQuery);
  if (platforms.isPending) return <Skeleton lines={4} />;
  if (!platforms.data) return <ProblemNotice error={platforms.error} onRetry={() => void platforms.refetch()} />;
  if (platforms.data.length === 0) return <FirstPlatform />;
  return <Fields {...props} platforms={platforms.data} />;
}

function Fields({
  platforms,
  onMade,
  onLeave,
}: NewTicketFormProps & { readonly platforms: readonly Schema<'PlatformView'>[] }) {
  const { t } = useTranslation('tickets');
  const create = useCreateTicket();
  const [number, setNumber] = useState('');
  const [chosen, setChosen] = useState(() => storedChoice('last-platform'));
  const [note, setNote] = useState('');
  const [attempts, setAttempts] = useState('');
  const [days, setDays] = useState<number | undefined>();
  const platform = platforms.find(({ name }) => name === chosen)?.name ?? platforms[0]?.name ?? '';

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (create.isPending) return;
    storeChoice('last-platform', platform);
    const body = {
      number: number.trim(),
      platform,
      ...(note.trim() && { note }),
      ...(attempts && { attempts: Number(attempts) }),
      ...(days !== undefined && { expires_at: expiryIn(days, Date.now()) }),
    };
    const made = await create.mutateAsync(body).catch(() => undefined);
    if (made) onMade({ ...made, isCopied: made.token !== undefined && (await copyText(made.token.upload_url)) });
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <NumberField value={number} onChange={setNumber} />
      <Select
        label={t('fields.platform')}
        options={platforms.map(({ name, pretty_name }) => ({ id: name, text: pretty_name }))}
        value={platform}
        onChange={setChosen}
      />
      <details className={styles.more}>
        <summary>{t('new.more')}</summary>
        <div className={styles.form}>
          <TextField label={t('fields.note')} value={note} onChange={setNote} rows={3} description={t('note.hint')} />
          <div className={styles.pair}>
            <TextField
              label={t('fields.attempts')}
              value={attempts}
              onChange={setAttempts}
              type="number"
              inputMode="numeric"
              placeholder={t('new.usual')}
              validate={(value) => (/^(?:|\d{1,2}|100)$/.test(value) ? null : t('fields.attempts_invalid'))}
            />
            <LifetimeSelect unchanged={t('new.usual')} value={days} onChange={setDays} />
          </div>
        </div>
      </details>
      {create.error && <NumberProblem error={create.error} number={number.trim()} onLeave={onLeave} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isPending={create.isPending}>
          {t('new.create')}
        </Button>
      </div>
    </form>
  );
}
