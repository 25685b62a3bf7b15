import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/ui/badge.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { ticketPath } from '../../lib/ticket-path.js';
import styles from './form.module.css';
import type { MadeLink } from './new-ticket-form.js';
import { ShareLink } from './share-link.js';

/** The link of a ticket that was just made, ready to be sent. */
export function MadeTicketLink({ made, onLeave }: { readonly made: MadeLink; readonly onLeave: () => void }) {
  const { t } = useTranslation('tickets');
  const { ticket, token, isCopied } = made;
  return (
    <div className={styles.form}>
      <Notice status="success" title={t('new.made', { number: ticket.number })}>
        <span>{t(isCopied ? 'new.copied' : token ? 'new.not_copied' : 'new.no_link')}</span>
      </Notice>
      {token && <ShareLink token={token} next={isCopied ? 'message' : 'link'} />}
      <div className={styles.actions}>
        <LinkButton to={ticketPath(ticket.number)} onClick={onLeave}>
          {t('new.open')}
        </LinkButton>
      </div>
    </div>
  );
}
