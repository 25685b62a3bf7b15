import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Schema } from '@logs-collector/api-client/client';
import { ACTIONS, GROUPS, sentenceOf, ticketOf } from './audit-actions.js';

const ROOT = join(import.meta.dirname, '../../../../..');
const LOCALES = join(ROOT, 'apps/web/src/i18n/locales');

function textAt(language: string, path: string): unknown {
  const texts: unknown = JSON.parse(readFileSync(join(LOCALES, language, 'audit.json'), 'utf8'));
  return path
    .split('.')
    .reduce(
      (at, key) =>
        typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined,
      texts,
    );
}

/** Every action that the API's sources name where they record one; the timeline tells of more than is recorded. */
function recordedByTheApi(): string[] {
  const sources = globSync('apps/api/src/**/*.ts', { cwd: ROOT })
    .filter((path) => !/spec\.ts$|\/timeline\//.test(path))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .filter((text) => /audit/i.test(text));
  const found = sources.flatMap((text) => [
    ...text.matchAll(/action: '([a-z_]+\.[a-z_]+)'/g),
    ...text.matchAll(/\brecord\((?:staff, )?'([a-z_]+\.[a-z_]+)'/g),
    ...text.matchAll(/[?:] '(ticket\.[a-z]+)'/g),
  ]);
  const states = ['missing', 'corrupt', 'stored'].map((state) => `archive.${state}`);
  return [...new Set([...found.map((match) => match[1] ?? ''), ...states])].toSorted();
}

const EVENT: Schema<'AuditEventView'> = {
  id: '1',
  time: '2025-11-20T10:00:00Z',
  action: '',
  actor_kind: 'staff',
  actor_id: '2',
  actor_name: 'anna',
  target_kind: null,
  target_id: null,
  target_name: null,
  address: null,
  agent: null,
  request_id: null,
  details: {},
};

describe('The actions of the trail', () => {
  it('are those that the API records', () => {
    expect(ACTIONS.toSorted()).toEqual(recordedByTheApi());
  });

  it.each(['en', 'ru'])('have a sentence each, and a name for each group, in %s', (language) => {
    const wordless = [
      ...ACTIONS.filter((action) => typeof textAt(language, `sentences.${action}`) !== 'string'),
      ...GROUPS.filter((group) => typeof textAt(language, `groups.${group.slice(0, -1)}`) !== 'string'),
    ];
    expect(wordless).toEqual([]);
  });

  it.each([
    ['login.failed', { target_name: null }, 'login.failed_unknown'],
    ['login.failed', { target_name: 'anna', details: { reason: 'two_factor_required' } }, 'login.failed_code'],
    ['login.failed', { target_name: 'anna', details: { reason: 'invalid_credentials' } }, 'login.failed_password'],
    ['session.ended', { target_name: 'anna' }, 'session.ended_own'],
    ['session.ended', { target_name: 'oleg' }, 'session.ended'],
    ['archive.downloaded', { details: { from: 0 } }, 'archive.downloaded'],
    ['archive.downloaded', { details: { from: 1_024 } }, 'archive.downloaded_part'],
    ['token.revoked', { target_name: '' }, 'token.revoked_unnamed'],
    ['token.revoked', { target_name: 'second try' }, 'token.revoked'],
    ['user.updated', { details: { role: 'staff', is_active: false } }, 'user.updated_deactivated'],
    ['user.updated', { details: { role: 'staff', is_active: true } }, 'user.updated_active'],
    ['teapot.boiled', {}, undefined],
  ])('%s with %j is said as %s', (action, fields, key) => {
    expect(sentenceOf({ ...EVENT, action, ...fields })).toBe(key);
    if (key) for (const language of ['en', 'ru']) expect(typeof textAt(language, `sentences.${key}`)).toBe('string');
  });

  it.each([
    [{ target_kind: 'ticket', target_name: 'SUP-1' }, 'SUP-1'],
    [{ target_kind: 'archive', target_name: 'a.log', details: { ticket: 'an id', ticket_number: 'SUP-2' } }, 'SUP-2'],
    // What was written down before numbers were.
    [{ target_kind: 'token', target_name: '', details: {} }, undefined],
  ])('%j is about ticket %s', (fields, number) => {
    expect(ticketOf({ ...EVENT, ...fields })).toBe(number);
  });
});
