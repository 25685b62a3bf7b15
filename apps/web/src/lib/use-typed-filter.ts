import { useEffect, useEffectEvent, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { isLeaving } from './leaving.js';

const TYPING_MS = 250;
const NONE: readonly string[] = [];

/** A filter that is typed: the field follows each key, the list waits until the typing pauses. */
export function useTypedFilter(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  /** What the address was asked to become and is not yet: it follows when the list is drawn, and the typing has gone on. */
  const [asked, setAsked] = useState(NONE);
  if (known !== value) {
    setKnown(value);
    const place = asked.lastIndexOf(value);
    setAsked(place === -1 ? NONE : asked.slice(place + 1));
    // The address changed by other means than typing: back, or "show all".
    if (place === -1) setTyped(value);
  }
  const tell = useEffectEvent((text: string) => {
    if (text === (asked.at(-1) ?? value)) return;
    setAsked([...asked, text]);
    onChange(text);
  });
  const { pathname } = useLocation();
  useEffect(() => {
    const timer = setInterval(() => {
      // A late change of the address would call back whoever has opened something meanwhile.
      if (isLeaving(pathname)) return;
      clearInterval(timer);
      tell(typed.trim());
    }, TYPING_MS);
    return () => clearInterval(timer);
  }, [typed, pathname]);
  return [typed, setTyped];
}
