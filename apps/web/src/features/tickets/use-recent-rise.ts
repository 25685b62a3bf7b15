import { useEffect, useRef, useState } from 'react';

const RECENT_MS = 5_000;

/** Whether a count has risen a moment ago, while it was shown. */
export function useRecentRise(count: number): boolean {
  const known = useRef(count);
  const [isRecent, setRecent] = useState(false);
  useEffect(() => {
    const hasRisen = count > known.current;
    known.current = count;
    if (!hasRisen) return undefined;
    setRecent(true);
    const timer = setTimeout(() => setRecent(false), RECENT_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return isRecent;
}
