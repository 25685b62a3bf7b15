import { Languages, SunMoon } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NativeSelect } from '../components/ui/native-select.js';
import { chooseLanguage, LANGUAGES } from '../i18n/i18n.js';
import { applyTheme, storedTheme, THEMES } from '../lib/theme.js';
import styles from './frame.module.css';

const NAMES = { en: 'English', ru: 'Русский' } as const;

/** What stands around every state of the page: its heading, and how to read it. */
export function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  // Before the desk, which tells in the same place how far the files are.
  useLayoutEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <h1>{title}</h1>
        <Preferences />
      </header>
      {children}
    </main>
  );
}

/** Selects of the system: menus of our own would take a quarter of what this page may weigh. */
function Preferences() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(storedTheme);
  const language = LANGUAGES.find((id) => id === i18n.language) ?? 'en';
  return (
    <div className={`${styles.preferences} no-print`}>
      <NativeSelect
        label={t('language')}
        icon={<Languages aria-hidden />}
        value={language}
        choices={LANGUAGES.map((id) => ({ id, text: NAMES[id] }))}
        onChange={(id) => void chooseLanguage(id)}
      />
      <NativeSelect
        label={t('theme.choose')}
        icon={<SunMoon aria-hidden />}
        isIconOnly
        value={theme}
        choices={THEMES.map((id) => ({ id, text: t(`theme.${id}`) }))}
        onChange={(id) => {
          applyTheme(id);
          setTheme(id);
        }}
      />
    </div>
  );
}
