import { useTranslation } from 'react-i18next';
import { Notice } from '../components/ui/badge.js';
import { CommandDisclosure } from './commands/command-disclosure.js';
import type { Offer } from './customer-api.js';
import { useDesk } from './desk/use-desk.js';
import { DropArea } from './drop-area.js';
import { Frame } from './frame.js';
import type { ClosedReason } from './link/closed-reason.js';
import { OfferFacts } from './link/offer-facts.js';

export interface UploadRoomProps {
  readonly token: string;
  readonly offer: Offer;
  /** Why nothing more may be sent. */
  readonly closed: ClosedReason | undefined;
  /** Something was stored: the link allows less now. */
  readonly onChanged: () => void;
}

/** Who asks for what, the place for the files, and what becomes of them. */
export function UploadRoom({ token, offer, closed, onChanged }: UploadRoomProps) {
  const { t } = useTranslation('upload');
  const { open, hasFailed, choose } = useDesk(token, offer.ticket, onChanged);
  const allowance = { attempts: offer.attempts, maxBytes: offer.max_bytes };
  const title = offer.organisation ? t('asks', { organisation: offer.organisation }) : t('asks_anonymous');
  return (
    <Frame title={title}>
      <OfferFacts offer={offer} isOpen={closed === undefined} />
      {closed ? (
        <Notice status={closed === 'attempts_exhausted' ? 'info' : 'warning'} title={t(`closed.${closed}.title`)}>
          <p>{t(`closed.${closed}.text`)}</p>
        </Notice>
      ) : (
        <DropArea onChoose={(chosen) => void choose(chosen, allowance)} />
      )}
      {hasFailed && (
        <Notice status="danger" title={t('not_ready.title')}>
          <p>{t('not_ready.text')}</p>
        </Notice>
      )}
      {open && <open.View desk={open.desk} allowance={allowance} isClosed={closed !== undefined} />}
      {!closed && <CommandDisclosure token={token} />}
      {location.protocol === 'http:' && !window.isSecureContext && (
        <div className="no-print">
          <Notice status="warning" title={t('insecure.title')}>
            <p>{t('insecure.text')}</p>
          </Notice>
        </div>
      )}
    </Frame>
  );
}
