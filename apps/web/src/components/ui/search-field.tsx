import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { SearchField as AriaSearchField, Button, Input, Label } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import styles from './search-field.module.css';

export interface SearchFieldProps {
  /** Read out; what is shown is the placeholder. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit?: (value: string) => void;
  /** The key that leads here; shown as long as nothing is typed. */
  readonly shortcut?: string;
}

/** One line to search in; Escape empties it. */
export function SearchField({ label, placeholder, shortcut, onSubmit, ...props }: SearchFieldProps) {
  const { t } = useTranslation();
  const inputRef = useRef<HTMLInputElement>(null);
  useShortcuts({ ...(shortcut && { [shortcut]: () => inputRef.current?.focus() }) });
  return (
    <AriaSearchField {...props} {...(onSubmit && { onSubmit })} className={styles.search ?? ''}>
      <Label className="visually-hidden">{label}</Label>
      <Search aria-hidden className={styles.icon} />
      <Input ref={inputRef} placeholder={placeholder} className={styles.input ?? ''} aria-keyshortcuts={shortcut} />
      {shortcut && (
        <kbd aria-hidden className={styles.key}>
          {shortcut}
        </kbd>
      )}
      <Button className={styles.clear ?? ''} aria-label={t('clear')}>
        <X aria-hidden />
      </Button>
    </AriaSearchField>
  );
}
