import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { NativeField } from '../../components/ui/native-field.js';
import styles from './token-form.module.css';
import { readTokenText, TOKEN_LENGTH, type TokenText } from './token-text.js';

export interface TokenFormProps {
  /** What was given before, to be compared and mended. */
  readonly text: string;
  readonly onToken: (token: string) => void;
}

/** Where a token, or the whole link, is typed or pasted. What cannot be one is said before anybody is asked. */
export function TokenForm({ text, onToken }: TokenFormProps) {
  const { t } = useTranslation('upload');
  const [typed, setTyped] = useState(text);
  const [fault, setFault] = useState(() => (text === '' ? undefined : faultOf(text)));

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const read = readTokenText(typed);
    if (read.kind === 'token') onToken(read.token);
    setFault(faultOf(typed));
  };
  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      <NativeField
        label={t('token.label')}
        description={t('token.description')}
        fault={fault && faultText(fault, t)}
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setFault(undefined);
        }}
      />
      <div>
        <Button type="submit" variant="primary">
          {t('token.open')}
        </Button>
      </div>
    </form>
  );
}

/** Why a text cannot be a token, which is known without asking anybody. */
function faultOf(text: string): TokenText | undefined {
  const read = readTokenText(text);
  return read.kind === 'token' ? undefined : read;
}

function faultText(fault: TokenText, t: ReturnType<typeof useTranslation<'upload'>>['t']): string {
  switch (fault.kind) {
    case 'wrong_characters':
      return t('token.wrong_characters', { characters: fault.characters });
    case 'wrong_length':
      return t('token.wrong_length', { count: fault.length, expected: TOKEN_LENGTH });
    default:
      return t('token.empty');
  }
}
