import type { StaffPrincipal } from '../common/access/principal.js';
import type { AuditActor } from './audit.service.js';

export const SYSTEM_ACTOR: AuditActor = { kind: 'system' };
export const ANONYMOUS_ACTOR: AuditActor = { kind: 'anonymous' };

export function staffActor(principal: StaffPrincipal): AuditActor {
  return { kind: 'staff', id: principal.userId, name: principal.username };
}
