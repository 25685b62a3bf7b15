import { useSyncExternalStore } from 'react';

/** As the style sheets have it: the header has one line for the name and what is needed most. */
export const PHONE = '(max-width: 40rem)';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}
