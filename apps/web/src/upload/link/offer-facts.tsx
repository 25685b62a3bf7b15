import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatExactTime, formatMoment } from '../../lib/format.js';
import type { Offer } from '../customer-api.js';
import styles from './offer-facts.module.css';

/** For what files are asked, what is still allowed, and what will happen to them. */
export function OfferFacts({ offer, isOpen }: { readonly offer: Offer; readonly isOpen: boolean }) {
  const { t, i18n } = useTranslation('upload');
  const { language } = i18n;
  return (
    <section className={styles.facts} aria-label={t('facts.title')}>
      <dl className={styles.case}>
        <div>
          <dt>{t('facts.product')}</dt>
          <dd>{offer.platform}</dd>
        </div>
        <div>
          <dt>{t('facts.case')}</dt>
          <dd className="mono">{offer.ticket}</dd>
        </div>
      </dl>
      {isOpen && (
        <p className={`${styles.limits} no-print`}>
          <span title={formatExactTime(offer.expires_at, language)}>
            {t('facts.until', { time: formatMoment(offer.expires_at, language) })}
          </span>
          <span>{t('facts.left', { count: offer.attempts })}</span>
          <span>{t('facts.size', { size: formatBytes(offer.max_bytes, language) })}</span>
        </p>
      )}
      <p className={`${styles.promise} no-print`}>
        <ShieldCheck aria-hidden />
        {t('facts.promise')}
      </p>
    </section>
  );
}
