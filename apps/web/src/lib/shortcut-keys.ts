interface PressedKey {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** On a Russian keyboard the key of `/` writes a full stop, with shift a comma. */
const SLASH: Readonly<Record<string, string>> = { '.': '/', ',': '?' };

/** The shortcut that was pressed, whatever the layout: a Russian `с` lies where the Latin `c` does. */
export function shortcutOf({ key, code, ctrlKey, metaKey, altKey }: PressedKey): string | undefined {
  if (altKey) return undefined;
  const isForeign = key.length === 1 && key > '\u007f';
  const letter = isForeign && code.startsWith('Key') ? code.slice(3) : code === 'Slash' ? (SLASH[key] ?? key) : key;
  const name = letter.length === 1 ? letter.toLowerCase() : letter;
  return ctrlKey || metaKey ? `mod+${name}` : name;
}
