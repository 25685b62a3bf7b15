/** Until the tab is closed, or until somebody clears it. */
type StoreName = 'sessionStorage' | 'localStorage';

/** Null where nothing is kept under the name, and in browsers that forbid keeping anything: there the access throws. */
export function readStored(store: StoreName, name: string): string | null {
  try {
    return window[store].getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a text, or forgets it for null. Where that is forbidden or there is no room, the page does without. */
export function writeStored(store: StoreName, name: string, text: string | null): void {
  try {
    if (text === null) window[store].removeItem(name);
    else window[store].setItem(name, text);
  } catch {
    // As above.
  }
}
