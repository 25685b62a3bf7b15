import { useSyncExternalStore } from 'react';

/** As the style sheets have it: rows become cards, and there is room for a thumb. */
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
