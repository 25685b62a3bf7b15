import { errorCode } from './error-code.js';

/**
 * Reads settings from environment variables, once, at start.
 *
 * Every setting may be given as `NAME` or, for secrets kept in files, as `NAME_FILE`. All faults are collected and
 * reported together, by name and never by value, because a value may be a secret.
 */

export interface SettingDefinition<T> {
  /** One sentence for the table of settings: meaning, unit, what 0 means. */
  readonly description: string;
  /** What holds when the variable is unset or empty, as text; parsed like a given value. */
  readonly fallback?: string;
  /** How the default reads in the table where it is not a plain text. */
  readonly fallbackNote?: string;
  /** Throws RangeError with a message that completes "NAME …" and does not contain the value. */
  readonly parse: (text: string) => T;
}

export type SettingDefinitions = Readonly<Record<string, SettingDefinition<unknown>>>;

/** The value is undefined exactly where a setting has no fallback and was not given. */
export type SettingValues<D extends SettingDefinitions> = {
  readonly [K in keyof D]: D[K] extends { readonly fallback: string; readonly parse: (text: string) => infer T }
    ? T
    : D[K] extends SettingDefinition<infer T>
      ? T | undefined
      : never;
};

/** All that is wrong with the settings, one line each. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * What is wrong with values that are right by themselves, as whole sentences without values. A setting that has a fault
 * of its own is absent, so that one mistake is not told twice.
 */
export type SettingsCheck<D extends SettingDefinitions> = (values: Partial<SettingValues<D>>) => readonly string[];

export function readSettings<D extends SettingDefinitions>(
  definitions: D,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
  checks: readonly SettingsCheck<D>[] = [],
): SettingValues<D> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    try {
      const text = givenText(name, environment, readFile) ?? definition.fallback;
      values[name] = text === undefined ? undefined : definition.parse(text);
    } catch (error) {
      faults.push(`${name} ${error instanceof RangeError ? error.message : 'could not be read'}`);
    }
  }
  faults.push(...checks.flatMap((check) => check(values as Partial<SettingValues<D>>)));
  if (faults.length > 0) throw new SettingsError(faults);
  return values as SettingValues<D>;
}

function givenText(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): string | undefined {
  const value = environment[name];
  const file = environment[`${name}_FILE`];
  if (value && file) throw new RangeError(`and ${name}_FILE are both set; set one of them`);
  if (!file) return value || undefined;
  const text = readNamed(file, name, readFile).replace(/\r?\n$/, '');
  // A secret that was not mounted must not become the default: another database, a key of its own making.
  if (text === '') throw new RangeError(`is empty in the file that ${name}_FILE names`);
  return text;
}

function readNamed(file: string, name: string, readFile: (path: string) => string): string {
  try {
    return readFile(file);
  } catch (error) {
    const code = errorCode(error);
    throw new RangeError(`could not be read from the file that ${name}_FILE names${code ? ` (${code})` : ''}`);
  }
}
