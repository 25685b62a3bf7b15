import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/ui/dialog.js';
import { MadeTicketLink } from './made-ticket.js';
import { type MadeLink, NewTicketForm } from './new-ticket-form.js';
import { closeNewTicket } from './new-ticket-state.js';

/** Over any page: from nothing to a link in two clicks. */
export function NewTicketDialog() {
  const { t } = useTranslation('tickets');
  const [made, setMade] = useState<MadeLink>();
  return (
    <Dialog title={t('new.title')} isOpen onClose={closeNewTicket}>
      {made ? (
        <MadeTicketLink made={made} onLeave={closeNewTicket} />
      ) : (
        <NewTicketForm onMade={setMade} onLeave={closeNewTicket} />
      )}
    </Dialog>
  );
}
