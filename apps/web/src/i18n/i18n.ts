import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '../lib/browser-store.js';

export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = 'language';

/** One file for each namespace and language, fetched when a page first asks for it. */
const files = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json');

const fetched = {
  type: 'backend' as const,
  init: () => undefined,
  read: (language: string, namespace: string, done: (error: Error | null, texts: object | false) => void): void => {
    const load = files[`./locales/${language}/${namespace}.json`];
    if (!load) {
      done(new Error(`No texts for ${namespace} in ${language}.`), false);
      return;
    }
    load().then(
      (module) => done(null, module.default),
      (error: Error) => done(error, false),
    );
  },
};

function isLanguage(name: string | null | undefined): name is Language {
  return LANGUAGES.some((language) => language === name);
}

/** What was chosen before, else what the browser prefers, else English. */
function firstLanguage(): Language {
  const chosen = readStored('localStorage', STORED);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en';
}

export async function startTexts(namespaces: readonly string[]): Promise<i18n> {
  await i18next
    .use(fetched)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      supportedLngs: LANGUAGES,
      ns: [...namespaces],
      defaultNS: 'common',
      // React escapes by itself.
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = i18next.language;
  return i18next;
}

export async function chooseLanguage(language: Language): Promise<void> {
  writeStored('localStorage', STORED, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
