import { Injectable } from '@nestjs/common';
import type { StaffPrincipal } from '../common/access/principal.js';

/** What belongs to a platform and is kept by a module that platforms cannot know. */
export interface PlatformDependent {
  /** How many there are; a platform with any is deleted only on request. */
  count(platformId: string): Promise<number>;
  /** Hides all of it at once and writes down who did; part of the transaction that hides the platform. */
  markDeleting(platformId: string, staff: StaffPrincipal): Promise<void>;
  /** Removes rows and bytes. Idempotent; called outside any transaction, again after a crash. */
  deleteAll(platformId: string): Promise<void>;
}

/** Port: modules to the right of `platforms` register what hangs on a platform. */
@Injectable()
export class PlatformDependents {
  private readonly dependents: PlatformDependent[] = [];

  register(dependent: PlatformDependent): void {
    this.dependents.push(dependent);
  }

  async count(platformId: string): Promise<number> {
    let sum = 0;
    for (const dependent of this.dependents) sum += await dependent.count(platformId);
    return sum;
  }

  async markDeleting(platformId: string, staff: StaffPrincipal): Promise<void> {
    for (const dependent of this.dependents) await dependent.markDeleting(platformId, staff);
  }

  async deleteAll(platformId: string): Promise<void> {
    for (const dependent of this.dependents) await dependent.deleteAll(platformId);
  }
}
