/** What was typed before there was a field for it. */
export interface Held {
  readonly text: string;
  /** Enter was pressed at its end. */
  readonly isSubmitted: boolean;
}

export const NOTHING_HELD: Held = { text: '', isSubmitted: false };

/**
 * Takes in what is typed until the field it is meant for is there, so that it is neither lost nor taken for the page's
 * own keys. Ends with the call of what it answers.
 */
export function holdTyping(): () => Held {
  let held = NOTHING_HELD;
  const hold = (event: KeyboardEvent): void => {
    const isEnter = event.key === 'Enter';
    if (event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && !isEnter)) return;
    held = isEnter ? { ...held, isSubmitted: true } : { text: held.text + event.key, isSubmitted: false };
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener('keydown', hold, { capture: true });
  return () => {
    document.removeEventListener('keydown', hold, { capture: true });
    return held;
  };
}
