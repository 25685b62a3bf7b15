import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const LOCALES = join(import.meta.dirname, 'locales');
/** What each language counts apart; Intl knows the same. */
const PLURALS = { en: ['one', 'other'], ru: ['one', 'few', 'many', 'other'] } as const;
const PLURAL = /_(?:zero|one|two|few|many|other)$/;

type Language = keyof typeof PLURALS;
type Texts = ReadonlyMap<string, string>;

const namespaces = globSync('*/*.json', { cwd: LOCALES })
  .map((path) => path.replace(/^.*[/\\]/, '').replace(/\.json$/, ''))
  .filter((name, index, all) => all.indexOf(name) === index)
  .toSorted();

/** Every text by its path, as `problem.offline`. */
function textsOf(language: Language, namespace: string): Texts {
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') texts.set(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) walk(member, path === '' ? key : `${path}.${key}`);
    else throw new Error(`${language}/${namespace}.json: ${path} is neither a text nor a group of texts.`);
  };
  walk(JSON.parse(readFileSync(join(LOCALES, language, `${namespace}.json`), 'utf8')), '');
  return texts;
}

/** Keys without their plural suffixes. */
function namesOf(texts: Texts): string[] {
  return [...new Set([...texts.keys()].map((key) => key.replace(PLURAL, '')))].toSorted();
}

/** Keys that have plural forms, with the forms they have. */
function pluralsOf(texts: Texts): Map<string, string[]> {
  const forms = new Map<string, string[]>();
  for (const key of texts.keys()) {
    if (!PLURAL.test(key)) continue;
    const name = key.replace(PLURAL, '');
    forms.set(name, [...(forms.get(name) ?? []), key.slice(name.length + 1)].toSorted());
  }
  return forms;
}

/** What each text has filled in, over all its plural forms: `{{count}}` may be left out of "one file". */
function placeholdersOf(texts: Texts): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const [key, text] of texts) {
    const name = key.replace(PLURAL, '');
    const names = [...text.matchAll(/{{\s*-?\s*(\w+)/g)].map((match) => match[1] ?? '');
    found.set(name, new Set([...(found.get(name) ?? []), ...names]));
  }
  return new Map([...found].map(([name, set]) => [name, [...set].toSorted()]));
}

describe('The plural forms that the texts must have', () => {
  it.each(Object.entries(PLURALS))('are those of %s', (language, forms) => {
    const known = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    expect([...forms].toSorted()).toEqual([...known].toSorted());
  });
});

describe.each(namespaces)('The texts of %s', (namespace) => {
  const english = textsOf('en', namespace);
  const russian = textsOf('ru', namespace);

  it('are the same in both languages', () => {
    expect(namesOf(russian)).toEqual(namesOf(english));
    expect([...pluralsOf(russian).keys()].toSorted()).toEqual([...pluralsOf(english).keys()].toSorted());
  });

  it.each(['en', 'ru'] as const)('have every plural form of %s', (language) => {
    for (const [name, forms] of pluralsOf(language === 'en' ? english : russian))
      expect({ name, forms }).toEqual({ name, forms: [...PLURALS[language]].toSorted() });
  });

  it('say something', () => {
    for (const texts of [english, russian])
      expect([...texts].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([]);
  });

  it('fill in the same', () => {
    expect(Object.fromEntries(placeholdersOf(russian))).toEqual(Object.fromEntries(placeholdersOf(english)));
  });
});

describe('The error codes of the API', () => {
  /** What only programs that upload or speak raw HTTP can meet; the customers' page has words of its own. */
  const ELSEWHERE = [
    ...['archive_too_large', 'attempts_exhausted', 'attempts_in_use', 'body_cut', 'body_timeout', 'checksum_mismatch'],
    ...['digest_mismatch', 'file_empty', 'file_missing', 'malformed_request', 'multipart_broken', 'several_files'],
    ...['scope_missing', 'tus_version_unsupported', 'upload_busy', 'upload_finished', 'upload_finishing'],
    ...['upload_header_invalid', 'upload_key_reused', 'upload_length_exceeded', 'upload_locked'],
    ...['upload_offset_mismatch', 'expectation_failed'],
    ...['upload_token_missing', 'upload_token_unknown', 'too_many_uploads'],
  ];

  it('are each explained at the dashboard, or met elsewhere', () => {
    const list = readFileSync(join(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');
    const codes = [...list.matchAll(/<a id="(\w+)">/g)].map((match) => match[1] ?? '');
    const explained = [...textsOf('en', 'common').keys()]
      .filter((key) => key.startsWith('problem.'))
      .map((key) => key.slice('problem.'.length));
    expect(codes.length).toBeGreaterThan(70);
    expect(codes.filter((code) => !explained.includes(code) && !ELSEWHERE.includes(code))).toEqual([]);
    expect(ELSEWHERE.filter((code) => !codes.includes(code) || explained.includes(code))).toEqual([]);
  });
});
