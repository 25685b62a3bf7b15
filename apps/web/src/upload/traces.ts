import { readStored } from '../lib/browser-store.js';

/** Where the browser keeps what outlasts a reload. The page looks here before it fetches what can read it. */
export const UNFINISHED_UPLOADS = 'unfinished-uploads';
export const RECEIPTS = 'receipts';

/** Whether an earlier visit has left something. */
export function hasTraces(): boolean {
  return readStored('localStorage', UNFINISHED_UPLOADS) !== null || readStored('sessionStorage', RECEIPTS) !== null;
}
