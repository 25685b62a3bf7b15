import { readStored, writeStored } from '../../lib/browser-store.js';
import type { Receipt } from '../customer-api.js';
import { RECEIPTS } from '../traces.js';

/** Receipts of this tab, so that a reload does not take the confirmation away. They carry no token. */
export function storedReceipts(ticket: string): readonly Receipt[] {
  try {
    const stored: unknown = JSON.parse(readStored('sessionStorage', RECEIPTS) ?? '[]');
    return Array.isArray(stored) ? stored.filter((receipt: Receipt) => receipt.ticket === ticket) : [];
  } catch {
    return [];
  }
}

export function storeReceipt(receipt: Receipt): void {
  const others = storedReceipts(receipt.ticket).filter(({ id }) => id !== receipt.id);
  writeStored('sessionStorage', RECEIPTS, JSON.stringify([...others, receipt]));
}
