import { readStored, writeStored } from '../../lib/browser-store.js';
import { readTokenText } from './token-text.js';

const STORED = 'upload-token';

/** The token of this tab. Kept until the tab is closed, in no cookie, and never sent but as a header. */
export function storedToken(): string | undefined {
  return readStored('sessionStorage', STORED) ?? undefined;
}

export function storeToken(token: string | undefined): void {
  writeStored('sessionStorage', STORED, token ?? null);
}

/**
 * Moves the token out of the address bar, so that neither the history nor a screenshot nor a printed receipt has it.
 * Answers what stood there, also where it cannot be a token; undefined where nothing did.
 */
export function takeTokenFromAddress(): string | undefined {
  const text = location.hash.slice(1);
  if (text === '') return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  const read = readTokenText(text);
  storeToken(read.kind === 'token' ? read.token : undefined);
  return text;
}
