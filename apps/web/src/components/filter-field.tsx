import { useTypedFilter } from '../lib/use-typed-filter.js';
import { TextField } from './ui/text-field.js';

export interface FilterFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}

/** A text that narrows a list. It is handed over when the typing pauses, so that not every letter asks the server. */
export function FilterField({ label, value, onChange, placeholder }: FilterFieldProps) {
  const [typed, setTyped] = useTypedFilter(value, onChange);
  return <TextField type="search" label={label} value={typed} onChange={setTyped} placeholder={placeholder} />;
}
