import { useEffect, useEffectEvent, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { isLeaving } from './leaving.js';

const TYPING_MS = 250;

/** A filter that is typed: the field follows each key, the list waits until the typing pauses. */
export function useTypedFilter(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by other means than typing: back, or "show all".
  if (known !== value) {
    setKnown(value);
    if (typed.trim() !== value) setTyped(value);
  }
  const tell = useEffectEvent((text: string) => {
    if (text.trim() !== value) onChange(text.trim());
  });
  const { pathname } = useLocation();
  useEffect(() => {
    const timer = setInterval(() => {
      // A late change of the address would call back whoever has opened something meanwhile.
      if (isLeaving(pathname)) return;
      clearInterval(timer);
      tell(typed);
    }, TYPING_MS);
    return () => clearInterval(timer);
  }, [typed, pathname]);
  return [typed, setTyped];
}
