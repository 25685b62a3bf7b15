import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Clock } from '../clock.js';
import { commonErrors } from '../errors/common.errors.js';
import { accessErrors } from './access.errors.js';
import { type Permission, type PermissionRule, permissions } from './permissions.js';
import type { Principal, Role, StaffPrincipal } from './principal.js';

const RANK: Readonly<Record<Role, number>> = { viewer: 1, staff: 2, admin: 3 };

/** The access check that stands in the first line of every public service method. */
@Injectable()
export class AccessControl {
  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'TWO_FACTOR_POLICY'>,
    private readonly clock: Clock,
  ) {}

  /** Returns the staff member who may do it, or throws 401 or 403 with what is missing. */
  require(principal: Principal, permission: Permission): StaffPrincipal {
    if (principal.kind !== 'staff') throw commonErrors.unauthenticated();
    const rule: PermissionRule = permissions[permission];
    if (RANK[principal.role] < RANK[rule.role]) throw commonErrors.forbidden();
    if (principal.credential.kind === 'api-key') {
      if (!rule.scope || !principal.credential.scopes.includes(rule.scope)) throw accessErrors.scopeMissing(rule.scope);
      return principal;
    }
    this.requireSecondFactor(principal, rule);
    return principal;
  }

  /** Whether `require` would pass, for replies that show more to some. */
  allows(principal: Principal, permission: Permission): boolean {
    try {
      this.require(principal, permission);
      return true;
    } catch {
      return false;
    }
  }

  private requireSecondFactor(principal: StaffPrincipal, rule: PermissionRule): void {
    const isNeeded =
      rule.needsSecondFactor || (this.settings.TWO_FACTOR_POLICY === 'always' && !rule.isOpenBeforeEnrolment);
    if (!isNeeded) return;
    const { isEnrolled, verifiedAt } = principal.secondFactor;
    if (!isEnrolled) throw accessErrors.enrolmentRequired();
    if (verifiedAt === undefined) throw accessErrors.secondFactorRequired();
    if (rule.freshWithinMs !== undefined && this.clock.now() - verifiedAt > rule.freshWithinMs) {
      throw accessErrors.freshSecondFactorRequired();
    }
  }
}
