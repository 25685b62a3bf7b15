import { useState } from 'react';

/** An error until it is dismissed; the next one is told again. */
export function useDismissible<Problem>(error: Problem): readonly [Problem | undefined, () => void] {
  const [dismissed, setDismissed] = useState<Problem>();
  return [error === dismissed ? undefined : error, () => setDismissed(error)];
}
