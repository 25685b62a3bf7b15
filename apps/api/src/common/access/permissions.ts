import type { ApiKeyScope, Role } from './principal.js';

export interface PermissionRule {
  /** The least role. */
  readonly role: Role;
  /** Needs a login with the second factor (TWO_FACTOR_POLICY `sensitive`; `always` needs it everywhere). */
  readonly needsSecondFactor: boolean;
  /** The second factor must have been proved this recently. API keys never pass. */
  readonly freshWithinMs?: number;
  /** What an API key must be allowed; undefined: no API key passes. */
  readonly scope?: ApiKeyScope;
  /** Open without a second factor even under the policy `always`: what is needed to enrol. */
  readonly isOpenBeforeEnrolment?: boolean;
}

const FIVE_MINUTES_MS = 5 * 60_000;

/** Who may do what: the one table, default deny. */
export const permissions = {
  'self.read': { role: 'viewer', needsSecondFactor: false, scope: 'read', isOpenBeforeEnrolment: true },
  'self.manage': { role: 'viewer', needsSecondFactor: false, isOpenBeforeEnrolment: true },
  'ticket.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  'ticket.edit': { role: 'staff', needsSecondFactor: false, scope: 'write' },
  'ticket.delete': { role: 'staff', needsSecondFactor: true, scope: 'delete' },
  'token.read': { role: 'staff', needsSecondFactor: false, scope: 'write' },
  'token.edit': { role: 'staff', needsSecondFactor: false, scope: 'write' },
  'platform.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  'platform.edit': { role: 'staff', needsSecondFactor: false, scope: 'write' },
  'platform.delete': { role: 'admin', needsSecondFactor: true, freshWithinMs: FIVE_MINUTES_MS },
  'archive.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  'archive.download': { role: 'viewer', needsSecondFactor: true, scope: 'download' },
  'archive.delete': { role: 'staff', needsSecondFactor: true, scope: 'delete' },
  'storage.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  'user.read': { role: 'admin', needsSecondFactor: true, scope: 'admin' },
  'user.manage': { role: 'admin', needsSecondFactor: true, freshWithinMs: FIVE_MINUTES_MS },
  'api-key.read': { role: 'viewer', needsSecondFactor: true },
  'api-key.create': { role: 'viewer', needsSecondFactor: true, freshWithinMs: FIVE_MINUTES_MS },
  'audit.read': { role: 'admin', needsSecondFactor: true, scope: 'admin' },
  'self-test.run': { role: 'admin', needsSecondFactor: true, scope: 'admin' },
  'drain.read': { role: 'staff', needsSecondFactor: false, scope: 'read' },
  'drain.manage': { role: 'admin', needsSecondFactor: true, scope: 'admin' },
  'stream.watch': { role: 'staff', needsSecondFactor: true, scope: 'download' },
  'capture.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  'capture.manage': { role: 'staff', needsSecondFactor: true, scope: 'write' },
  'replay.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
  // Its bytes go to somebody else.
  'replay.manage': { role: 'staff', needsSecondFactor: true, scope: 'download' },
  'events.read': { role: 'viewer', needsSecondFactor: false, scope: 'read' },
} as const satisfies Record<string, PermissionRule>;

export type Permission = keyof typeof permissions;
