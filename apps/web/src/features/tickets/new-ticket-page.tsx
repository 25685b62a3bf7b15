import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { Page } from '../../components/ui/page.js';
import { accessOf } from '../../lib/access.js';
import { useMe } from '../account/api/get-me.js';
import styles from './form.module.css';
import { MadeTicketLink } from './made-ticket.js';
import { type MadeLink, NewTicketForm } from './new-ticket-form.js';

const NOTHING = (): void => undefined;

/** The same as the dialog, at an address of its own. */
export function NewTicketPage() {
  const { t } = useTranslation('tickets');
  const me = useMe();
  const [made, setMade] = useState<MadeLink>();
  const content = made ? (
    <MadeTicketLink made={made} onLeave={NOTHING} />
  ) : (
    <NewTicketForm onMade={setMade} onLeave={NOTHING} />
  );
  return (
    <Page title={t('new.title')}>
      <div className={styles.narrow}>
        {accessOf(me, 'ticket.edit') === 'open' ? content : <Notice status="info" title={t('new.not_allowed')} />}
      </div>
    </Page>
  );
}
