import { CircleCheckBig, Download, Printer } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { CopyButton } from '../../components/ui/copy-button.js';
import { formatBytes, formatExactBytes, formatExactTime } from '../../lib/format.js';
import styles from './receipt.module.css';
import { type Receipt, receiptFileName, receiptJson, receiptText } from './receipt-text.js';
import { saveText } from './save-text.js';

export interface ReceiptPanelProps {
  readonly receipts: readonly Receipt[];
  /** Nothing that was chosen has failed. */
  readonly isComplete: boolean;
}

/** The confirmation: what has arrived, when, and how to prove it. */
export function ReceiptPanel({ receipts, isComplete }: ReceiptPanelProps) {
  const { t } = useTranslation('upload');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const words = {
    name: t('receipt.name'),
    size: t('receipt.size'),
    sha256: 'SHA-256',
    time: t('receipt.time'),
    ticket: t('receipt.ticket'),
    id: t('receipt.id'),
  };
  return (
    <section className={styles.panel} aria-labelledby="stored">
      <header className={styles.header}>
        <CircleCheckBig aria-hidden />
        <div>
          <h2 id="stored" ref={heading} tabIndex={-1}>
            {t('receipt.title', { count: receipts.length })}
          </h2>
          <p className="no-print">{isComplete ? t('receipt.close') : t('receipt.others')}</p>
        </div>
      </header>
      <ul className={styles.receipts}>
        {receipts.map((receipt) => (
          <li key={receipt.id}>
            <ReceiptFacts receipt={receipt} words={words} />
          </li>
        ))}
      </ul>
      <div className={`${styles.actions} no-print`}>
        <CopyButton text={receiptText(receipts, words)} label={t('receipt.copy')} isLabelShown variant="secondary" />
        <Button onPress={() => window.print()}>
          <Printer aria-hidden />
          {t('receipt.print')}
        </Button>
        <Button onPress={() => saveText(receiptFileName(receipts), receiptJson(receipts))}>
          <Download aria-hidden />
          {t('receipt.save')}
        </Button>
      </div>
    </section>
  );
}

interface ReceiptFactsProps {
  readonly receipt: Receipt;
  readonly words: Readonly<Record<'name' | 'size' | 'sha256' | 'time' | 'ticket' | 'id', string>>;
}

function ReceiptFacts({ receipt, words }: ReceiptFactsProps) {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const size = `${formatBytes(receipt.size, language)} (${formatExactBytes(receipt.size, language)})`;
  return (
    <dl className={styles.facts}>
      <dt>{words.name}</dt>
      <dd className={styles.name}>
        <bdi>{receipt.name}</bdi>
      </dd>
      <dt>{words.size}</dt>
      <dd>{size}</dd>
      <dt>{words.sha256}</dt>
      <dd className="mono">{receipt.sha256}</dd>
      <dt>{words.time}</dt>
      <dd>
        <time dateTime={receipt.time_create}>{formatExactTime(receipt.time_create, language)}</time>
      </dd>
      <dt>{words.ticket}</dt>
      <dd className="mono">{receipt.ticket}</dd>
      <dt>{words.id}</dt>
      <dd className="mono">{receipt.id}</dd>
    </dl>
  );
}
