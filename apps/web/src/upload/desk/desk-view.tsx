import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPercent } from '../../lib/format.js';
import { type Allowance, shareOfAll } from '../engine/upload-queue.js';
import { isUnfinished } from '../engine/upload-state.js';
import { ReceiptPanel } from '../receipt/receipt-panel.js';
import { Announcer } from './announcer.js';
import styles from './desk.module.css';
import { RememberedList } from './remembered-list.js';
import { UnsentNotice } from './unsent-notice.js';
import type { UploadDesk } from './upload-desk.js';
import { UploadRow } from './upload-row.js';

export interface DeskViewProps {
  readonly desk: UploadDesk;
  readonly allowance: Allowance;
  /** The link takes nothing more. */
  readonly isClosed: boolean;
}

/** What was chosen, what becomes of it, and what has arrived. */
export function DeskView({ desk, allowance, isClosed }: DeskViewProps) {
  const { t, i18n } = useTranslation('upload');
  const { uploads, unsent, remembered, receipts } = useSyncExternalStore(desk.subscribe, desk.state);
  const isBusy = uploads.some((upload) => isUnfinished(upload));
  const isComplete = remembered.length === 0 && uploads.every(({ phase }) => phase.name === 'stored');
  // Once everything is done the receipt tells of what is stored.
  const shown = isBusy ? uploads : uploads.filter(({ phase }) => phase.name !== 'stored');
  const percent = isBusy ? formatPercent(shareOfAll(uploads), i18n.language) : undefined;

  useEffect(() => {
    const title = receipts.length > 0 ? `✓ ${t('title')}` : t('title');
    document.title = percent === undefined ? title : `${percent} · ${t('title')}`;
  }, [percent, receipts.length, t]);

  useEffect(() => {
    if (!isBusy) return undefined;
    // The browser asks in its own words.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isBusy]);

  return (
    <>
      <Announcer uploads={uploads} />
      <UnsentNotice
        unsent={unsent}
        onPack={(sources) => desk.packAndSend(sources, allowance)}
        onDismiss={() => desk.dismissUnsent()}
      />
      {!isClosed && <RememberedList remembered={remembered} onForget={(upload) => desk.forget(upload)} />}
      {shown.length > 0 && (
        <section className="no-print" aria-label={t('uploads')}>
          <ul className={styles.list}>
            {shown.map((upload) => (
              <UploadRow key={upload.id} upload={upload} desk={desk} />
            ))}
          </ul>
          {isBusy && <p className={styles.quiet}>{t('stay')}</p>}
        </section>
      )}
      {!isBusy && receipts.length > 0 && <ReceiptPanel receipts={receipts} isComplete={isComplete} />}
    </>
  );
}
