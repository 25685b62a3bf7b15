import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, LANGUAGES } from '../i18n/i18n.js';
import { applyTheme, storedTheme, THEMES, type Theme } from '../lib/theme.js';
import { Menu } from './ui/menu.js';
import type { MenuChoice } from './ui/menu-choice.js';

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const NAMES = { en: 'English', ru: 'Русский' } as const;

/** The colours to choose from; `onChosen` is told which it was. */
export function useThemeChoices(onChosen?: (theme: Theme) => void): readonly MenuChoice[] {
  const { t } = useTranslation();
  return THEMES.map((id) => {
    const Icon = ICONS[id];
    const onAction = (): void => {
      applyTheme(id);
      onChosen?.(id);
    };
    return { id, text: t(`theme.${id}`), icon: <Icon aria-hidden />, onAction };
  });
}

export function languageChoices(): readonly MenuChoice[] {
  return LANGUAGES.map((id) => ({ id, text: NAMES[id], onAction: () => void chooseLanguage(id) }));
}

export function ThemeMenu() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const Icon = ICONS[theme];
  return <Menu label={t('theme.choose')} button={<Icon aria-hidden />} choices={useThemeChoices(setTheme)} />;
}

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const button = (
    <>
      <Languages aria-hidden /> {i18n.language.toUpperCase()}
    </>
  );
  // The name begins with what is seen, so that it can be spoken to.
  const label = `${i18n.language.toUpperCase()}, ${t('language')}`;
  return <Menu label={label} button={button} choices={languageChoices()} />;
}
