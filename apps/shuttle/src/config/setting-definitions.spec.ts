import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { SettingDefinition } from '@logs-collector/runtime/settings-reader';
import { settingDefinitions } from './setting-definitions.js';

/** The lines of the table in docs/shuttle.md, by name. */
function documentedSettings(): ReadonlyMap<string, string> {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/shuttle.md'), 'utf8');
  const rows = page.slice(page.indexOf('## Settings')).split('\n');
  return new Map(rows.flatMap((row) => (row.startsWith('| `') ? [[row.split('`')[1] ?? '', row]] : [])));
}

describe('docs/shuttle.md', () => {
  const rows = documentedSettings();

  it('lists every setting and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(settingDefinitions));
  });

  it.each(Object.entries<SettingDefinition<unknown>>(settingDefinitions))(
    'has the default and the meaning of %s as the code has them',
    (name, { description, fallback, fallbackNote }) => {
      const value = fallbackNote ?? (fallback ? `\`${fallback}\`` : '–');
      expect(rows.get(name)?.replaceAll(/ +/g, ' ')).toBe(`| \`${name}\` | ${value} | ${description} |`);
    },
  );
});
