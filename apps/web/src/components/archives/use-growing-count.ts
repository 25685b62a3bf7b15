import { type RefCallback, startTransition, useCallback, useState } from 'react';

const STEP = 50;
/** So far below the edge of the window rows are made already. */
const AHEAD = '1500px';

/** How many of a long list to show: more as its end comes near. `endRef` goes to an element behind the last. */
export function useGrowingCount(total: number): { count: number; endRef: RefCallback<Element> } {
  const [limit, setLimit] = useState(STEP);
  const endRef: RefCallback<Element> = useCallback(
    (end) => {
      if (!end) return undefined;
      const observer = new IntersectionObserver(
        ([entry]) => {
          if (entry?.isIntersecting) startTransition(() => setLimit(limit + STEP));
        },
        { rootMargin: AHEAD },
      );
      observer.observe(end);
      return () => observer.disconnect();
    },
    [limit],
  );
  return { count: Math.min(limit, total), endRef };
}
