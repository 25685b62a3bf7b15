import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'en' | 'ru';

const LOCALES = join(import.meta.dirname, '../../../apps/web/src/i18n/locales');
const PLACEHOLDER = /\{\{[^}]+\}\}/;

/** The texts of the pages themselves, so that a story is told in either language and fails where it shows the other. */
export class Words {
  readonly language: Language;
  private readonly files = new Map<string, unknown>();

  constructor(language: Language) {
    this.language = language;
  }

  /** `namespace:key.of.text`; values replace what stands in `{{…}}`. */
  say(address: string, values: Readonly<Record<string, string | number>> = {}): string {
    const { count } = values;
    const plural = typeof count === 'number' ? `_${new Intl.PluralRules(this.language).select(count)}` : '';
    const text = this.find(address + plural) ?? this.find(address);
    if (text === undefined) throw new Error(`There is no text ${address} in ${this.language}.`);
    return text.replace(/\{\{(\w+)[^}]*\}\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  }

  /** The text with anything in place of what is filled in. */
  like(address: string): RegExp {
    const parts = this.say(address).split(PLACEHOLDER);
    return new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+'));
  }

  private find(address: string): string | undefined {
    const [namespace = '', path = ''] = address.split(':');
    if (!this.files.has(namespace)) {
      this.files.set(namespace, JSON.parse(readFileSync(join(LOCALES, this.language, `${namespace}.json`), 'utf8')));
    }
    let at = this.files.get(namespace);
    for (const step of path.split('.')) at = isTexts(at) ? at[step] : undefined;
    return typeof at === 'string' ? at : undefined;
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
