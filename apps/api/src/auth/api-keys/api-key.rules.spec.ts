import { describe, expect, it } from '@jest/globals';
import { API_KEY_SCOPES, type ApiKeyScope, type Role } from '../../common/access/principal.js';
import { effectiveScopes, parseScopes } from './api-key.rules.js';

const cases: [Role, isEnrolled: boolean, 'sensitive' | 'always', ApiKeyScope[]][] = [
  ['admin', true, 'sensitive', ['read', 'write', 'delete', 'download', 'admin']],
  ['admin', true, 'always', ['read', 'write', 'delete', 'download', 'admin']],
  ['admin', false, 'sensitive', ['read', 'write']],
  ['staff', true, 'sensitive', ['read', 'write', 'delete', 'download']],
  ['staff', false, 'sensitive', ['read', 'write']],
  ['viewer', true, 'sensitive', ['read', 'download']],
  ['viewer', false, 'sensitive', ['read']],
  ['viewer', false, 'always', []],
];

describe('effectiveScopes', () => {
  it.each(cases)('a key with every scope of a %s, enrolled %s, policy %s: %s', (role, isEnrolled, policy, scopes) => {
    expect(effectiveScopes(API_KEY_SCOPES, { role, isEnrolled }, policy)).toEqual(scopes);
  });

  it('adds nothing that the key was not given', () => {
    expect(effectiveScopes(['read'], { role: 'admin', isEnrolled: true }, 'sensitive')).toEqual(['read']);
  });
});

describe('parseScopes', () => {
  it('keeps what it knows', () => expect(parseScopes('download read nonsense')).toEqual(['read', 'download']));
});
