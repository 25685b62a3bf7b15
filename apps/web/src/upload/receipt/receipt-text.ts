import type { Schema } from '@logs-collector/api-client/client';

export type Receipt = Schema<'ReceiptView'>;

/** What is copied and saved: to read, and with the signature to prove. */
export function receiptText(receipts: readonly Receipt[], words: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.values(words).map((word) => word.length));
  const line = (word: string | undefined, value: string): string => `${(word ?? '').padEnd(width)}  ${value}`;
  return receipts
    .map((receipt) =>
      [
        line(words.name, receipt.name),
        line(words.size, String(receipt.size)),
        line(words.sha256, receipt.sha256),
        line(words.time, receipt.time_create),
        line(words.ticket, receipt.ticket),
        line(words.id, receipt.id),
      ].join('\n'),
    )
    .join('\n\n');
}

/** A name for the saved file that every system takes. */
export function receiptFileName(receipts: readonly Receipt[]): string {
  const [first] = receipts;
  return `receipt-${first?.ticket ?? ''}-${first?.time_create.slice(0, 10) ?? ''}.json`;
}

/** Everything the server has said, to verify later: `receipt` is signed. */
export function receiptJson(receipts: readonly Receipt[]): string {
  return `${JSON.stringify(receipts, null, 2)}\n`;
}
