import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../lib/clipboard.js';
import { Button, type ButtonProps } from './button.js';

const SHOWN_MS = 2_000;

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who cannot see the button's place: "Copy link". */
  readonly label: string;
  /** Shows the label beside the icon. */
  readonly isLabelShown?: boolean;
  readonly variant?: ButtonProps['variant'];
  readonly autoFocus?: boolean;
}

export function CopyButton({ text, label, isLabelShown, variant = 'quiet', autoFocus = false }: CopyButtonProps) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    copyText(text).then(setCopied);
  };
  return (
    <Button variant={variant} autoFocus={autoFocus} aria-label={isCopied ? t('copied') : label} onPress={copy}>
      {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
      {isLabelShown && (isCopied ? t('copied') : label)}
    </Button>
  );
}
