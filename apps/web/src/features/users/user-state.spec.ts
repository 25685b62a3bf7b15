import { describe, expect, it } from '@jest/globals';
import type { Schema } from '@logs-collector/api-client/client';
import { actionsFor, stateOf } from './user-state.js';

const ACTIVE: Schema<'UserView'> = {
  id: '1',
  username: 'anna',
  display_name: null,
  role: 'staff',
  is_active: true,
  has_password: true,
  has_second_factor: true,
  time_create: '2025-11-20T10:00:00Z',
  last_login_at: null,
};

describe('A user', () => {
  it.each([
    ['active', {}],
    ['invited', { has_password: false, has_second_factor: false }],
    ['unprotected', { has_second_factor: false }],
    ['deactivated', { is_active: false }],
    ['deactivated', { is_active: false, has_password: false }],
  ] as const)('is %s with %j', (state, fields) => {
    expect(stateOf({ ...ACTIVE, ...fields })).toBe(state);
  });

  it('with a second factor gets no invitation, and without one nothing is reset', () => {
    expect(actionsFor(ACTIVE)).not.toContain('invite');
    expect(actionsFor({ ...ACTIVE, has_second_factor: false })).not.toContain('reset');
  });

  it('who is deactivated can only come back', () => {
    expect(actionsFor({ ...ACTIVE, is_active: false })).toEqual(['role', 'reactivate']);
  });
});
