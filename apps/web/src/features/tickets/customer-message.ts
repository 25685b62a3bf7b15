import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '../../i18n/i18n.js';
import { storeChoice, storedChoice } from '../../lib/stored-choice.js';

function chosenLanguage(own: string): Language {
  const chosen = storedChoice('message-language') ?? own;
  return LANGUAGES.find((language) => language === chosen) ?? 'en';
}

function formatDeadline(time: string, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  }).format(Date.parse(time));
}

/** The text that goes to the customer with the link, in the customer's language. */
export function useCustomerMessage(token: Schema<'TokenView'>) {
  const { i18n } = useTranslation('tickets');
  const [language, setLanguage] = useState<Language>(() => chosenLanguage(i18n.language));
  const texts = useQuery({
    queryKey: ['texts', language],
    queryFn: () => i18n.loadLanguages(language).then(() => true),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const t = i18n.getFixedT(language, 'tickets');
  const chooseLanguage = (chosen: Language): void => {
    storeChoice('message-language', chosen);
    setLanguage(chosen);
  };
  const text = t('message.text', {
    number: token.ticket,
    link: token.upload_url,
    until: formatDeadline(token.expires_at, language),
    files: t('message.files', { count: token.attempts }),
  });
  return { text: texts.data ? text : undefined, language, chooseLanguage };
}
