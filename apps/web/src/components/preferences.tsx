import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, LANGUAGES } from '../i18n/i18n.js';
import { applyTheme, storedTheme, THEMES, type Theme } from '../lib/theme.js';
import { Menu } from './ui/menu.js';

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeMenu() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const Icon = ICONS[theme];
  const choices = THEMES.map((id) => {
    const ChoiceIcon = ICONS[id];
    const onAction = (): void => {
      applyTheme(id);
      setTheme(id);
    };
    return { id, text: t(`theme.${id}`), icon: <ChoiceIcon aria-hidden />, onAction };
  });
  return <Menu label={t('theme.choose')} button={<Icon aria-hidden />} choices={choices} />;
}

const NAMES = { en: 'English', ru: 'Русский' } as const;

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const choices = LANGUAGES.map((id) => ({ id, text: NAMES[id], onAction: () => void chooseLanguage(id) }));
  const button = (
    <>
      <Languages aria-hidden /> {i18n.language.toUpperCase()}
    </>
  );
  // The name begins with what is seen, so that it can be spoken to.
  return <Menu label={`${i18n.language.toUpperCase()}, ${t('language')}`} button={button} choices={choices} />;
}
