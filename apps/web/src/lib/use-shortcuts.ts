import { useEffect, useEffectEvent } from 'react';
import { shortcutOf } from './shortcut-keys.js';

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
/** While one of these is open, letters choose an item or belong to the question that is asked. A toast asks nothing. */
const BUSY = '[role=dialog], [role=alertdialog]:not([aria-modal=false]), [role=listbox], [role=menu]';

function isMeantElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true;
  if (event.target instanceof Element && event.target.closest(TYPING)) return true;
  return document.querySelector(BUSY) !== null;
}

/** Single keys that act on the page. They rest while somebody types or a dialog is open; `mod+…` works while typing too. */
export function useShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const shortcut = shortcutOf(event);
    const act = shortcut === undefined ? undefined : shortcuts[shortcut];
    if (!act || (!shortcut?.startsWith('mod+') && isMeantElsewhere(event))) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
