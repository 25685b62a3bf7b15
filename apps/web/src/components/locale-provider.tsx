import type { ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';

const LOCALES: Readonly<Record<string, string>> = { en: 'en-US', ru: 'ru-RU' };

/** Tells the components which language was chosen. */
export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const { i18n } = useTranslation();
  return <I18nProvider locale={LOCALES[i18n.language] ?? 'en-US'}>{children}</I18nProvider>;
}
