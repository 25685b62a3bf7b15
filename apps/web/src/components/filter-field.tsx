import { useEffect, useRef, useState } from 'react';
import { TextField } from './ui/text-field.js';

const PAUSE_MS = 300;

export interface FilterFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}

/** A text that narrows a list. It is handed over when the typing pauses, so that not every letter asks the server. */
export function FilterField({ label, value, onChange, placeholder }: FilterFieldProps) {
  const [typed, setTyped] = useState(value);
  const handedOver = useRef(value);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => () => clearTimeout(pause.current), []);
  // Changed from outside, as by the browser's Back.
  useEffect(() => {
    if (value === handedOver.current) return;
    handedOver.current = value;
    setTyped(value);
  }, [value]);

  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => {
      handedOver.current = text;
      onChange(text);
    }, PAUSE_MS);
  };
  return <TextField type="search" label={label} value={typed} onChange={type} placeholder={placeholder} />;
}
